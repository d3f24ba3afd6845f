/** Whether languages and regions are served alike (S222–S224). */
import { byText } from '../../order.ts';
import { having, type Metric, meanFigure, shareFigure, shareOf, slicesOf } from './metric.ts';

const multilingual: Metric = {
  id: 'S222',
  metric: 'multilingual evaluation sets: items by language',
  needs: 'id and language (two languages at least)',
  compute: (rows) => {
    const own = having(rows, 'id', 'language');
    const ids = new Map(
      slicesOf(own, ({ language }) => language).map(([name, part]) => [name, new Set(part.map(({ id }) => id))]),
    );
    if (ids.size < 2) return [];
    const all = new Set(own.map(({ id }) => id));
    return [
      ...[...ids].flatMap(([language, have]) => shareFigure('share of all items', have.size, all.size, language)),
      ...shareFigure(
        'items in every language',
        [...all].filter((id) => [...ids.values()].every((have) => have.has(id))).length,
        all.size,
      ),
    ];
  },
};

/** `pt-BR` and `pt` are of one language. */
const languageOf = (locale: string): string => locale.split('-')[0]?.toLowerCase() ?? '';

const native: Metric = {
  id: 'S223',
  metric: 'culture-specific preference data: votes by raters of the item’s own locale',
  needs: 'locale and rater_locale',
  compute: (rows) =>
    slicesOf(having(rows, 'locale', 'rater_locale'), ({ locale }) => locale).flatMap(([locale, own]) => [
      ...shareOf('same locale', own, (row) => row.rater_locale === locale, locale),
      ...shareFigure(
        'same language',
        own.filter((row) => languageOf(row.rater_locale) === languageOf(locale)).length,
        own.length,
        locale,
      ),
    ]),
};

const regional: Metric = {
  id: 'S224',
  metric: 'regional appropriateness',
  needs: 'locale and appropriateness',
  compute: (rows, options) => {
    const slices = slicesOf(having(rows, 'locale', 'appropriateness'), ({ locale }) => locale);
    const told = slices.filter(([, own]) => own.length >= options.least);
    if (slices.length > 0 && told.length === 0)
      return `no locale has ${options.least} rows: ${slices
        .map(([locale]) => locale)
        .sort(byText)
        .join(', ')}`;
    return told.flatMap(([locale, own]) =>
      meanFigure('mean appropriateness', own, (row) => row.appropriateness, options, locale),
    );
  },
};

export const CULTURE: readonly Metric[] = [multilingual, native, regional];
