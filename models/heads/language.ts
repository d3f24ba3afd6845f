/** Which head of a language a text goes to: the one rule for training and for scoring. */
import { byText } from '../order.ts';

/** A tag as it is compared: case does not matter, nor whether subtags are joined by `-` or `_`. */
const comparable = (tag: string): string => tag.toLowerCase().replaceAll('_', '-');

/** The tag without its last subtag, as RFC 4647 looks tags up: `pt` of `pt-BR`; null of a tag that has one subtag only. */
const parentOf = (tag: string): string | null => (tag.includes('-') ? tag.slice(0, tag.lastIndexOf('-')) : null);

/**
 * The number of a language among a head's: 1 + its place, by its tag or by the longest known prefix of its subtags (`pt-BR` falls
 * back to `pt`); 0, what all languages share, for null and for languages the head does not know. Case does not matter.
 */
export const createLanguageIndex = (languages: readonly string[]): ((tag: string | null) => number) => {
  const places = new Map(languages.map((language, i) => [comparable(language), i + 1]));
  return (tag) => {
    for (let at = tag === null ? null : comparable(tag); at !== null; at = parentOf(at)) {
      const place = places.get(at);
      if (place !== undefined) return place;
    }
    return 0;
  };
};

interface Counted {
  readonly language: string;
  readonly n: number;
}

/**
 * Languages that `least` examples or more would go to, by `createLanguageIndex` over these languages, and those with fewer. A
 * language with too few of its own leaves them to what it falls back to: five of `pt-BR` and five of `pt-PT` are ten of `pt`.
 */
export const languagesWith = (
  tags: Iterable<string>,
  least: number,
): { readonly languages: readonly string[]; readonly few: readonly Counted[] } => {
  const counts = new Map<string, Counted>();
  const add = (language: string, n: number): void => {
    const key = comparable(language);
    const known = counts.get(key);
    counts.set(key, { language: known?.language ?? language, n: (known?.n ?? 0) + n });
  };
  for (const tag of tags) add(tag, 1);
  const [enough, few]: [Counted[], Counted[]] = [[], []];
  const deepest = Math.max(0, ...[...counts.keys()].map((key) => key.split('-').length));
  for (let depth = deepest; depth > 0; depth--)
    for (const [key, counted] of counts) {
      if (key.split('-').length !== depth) continue;
      const parent = parentOf(counted.language.replaceAll('_', '-'));
      if (counted.n >= least) enough.push(counted);
      else if (parent === null) few.push(counted);
      else add(parent, counted.n);
    }
  const sorted = (some: readonly Counted[]) => some.toSorted((a, b) => byText(a.language, b.language));
  return { languages: sorted(enough).map(({ language }) => language), few: sorted(few) };
};
