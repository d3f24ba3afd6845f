import { z } from 'zod';
import { SourceKind, Statement } from '../../schemas/annotation.ts';
import { Message } from '../../schemas/item.ts';
import { Language } from '../../schemas/primitives.ts';
import type { DraftAnnotation, Importer } from './draft.ts';
import { asPrompt, checkStatement, fromZod, invalid } from './fields.ts';
import { soundMark } from './marks.ts';

const id = z.union([z.string().min(1), z.number()]).transform(String);

const Row = z.object({
  id: id.nullish(),
  prompt: z.union([z.string(), z.array(Message)]).nullish(),
  promptFiles: z.array(z.string().min(1)).nullish(),
  responses: z
    .array(z.object({ text: z.string().nullish(), model: z.string().nullish(), file: z.string().min(1).nullish() }))
    .min(1),
  language: Language.nullish(),
  translatedFrom: Language.nullish(),
  domain: z.string().min(1).nullish(),
  group: id.nullish(),
  annotations: z
    .array(
      z.intersection(
        z.object({
          annotator: id.nullish(),
          source: z.object({ kind: SourceKind, id: z.string().min(1) }).nullish(),
          guideline: z.string().nullish(),
          seconds: z.number().min(0).nullish(),
        }),
        Statement,
      ),
    )
    .nullish(),
});

/** The row with its marks checked, so that one outside the image is refused as that; anything else is the schema's to refuse. */
const withSoundMarks = (value: unknown): unknown => {
  const annotations = isObject(value) ? value['annotations'] : null;
  if (!isObject(value) || !Array.isArray(annotations)) return value;
  return {
    ...value,
    annotations: annotations.map((said: unknown, i) => {
      const regions = isObject(said) && said['task'] === 'regions' ? said['value'] : null;
      if (!isObject(said) || !isObject(regions) || !Array.isArray(regions['marks'])) return said;
      const at = `annotations.${i}.value.marks`;
      const marks = regions['marks'].map((mark: unknown, n) => soundMark(mark, `${at}.${n}`));
      return { ...said, value: { ...regions, marks } };
    }),
  };
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * Assay's own JSON lines: `{id?, prompt, promptFiles?, responses: [{text?, model?, file?}], language?, translatedFrom?, domain?, group?, annotations?:
 * [{task, value, annotator? | source?, guideline?, seconds?}]}`. A response has text, a file of the drop, or both.
 */
export const importAssay: Importer = (value) => {
  const parsed = Row.safeParse(withSoundMarks(value));
  if (!parsed.success) throw fromZod(parsed.error);
  const row = parsed.data;
  for (const [i, { text, file }] of row.responses.entries())
    if (text == null && file == null) throw invalid(`responses.${i}`, 'needs text or file');
  const annotations = (row.annotations ?? []).map((annotation, i): DraftAnnotation => {
    const { annotator, source, guideline, seconds, task, value: said } = annotation;
    const statement = { task, value: said } as Statement;
    checkStatement(statement, row.responses.length, `annotations.${i}`);
    const human = source == null || source.kind === 'human';
    return {
      statement,
      annotator: annotator ?? (human ? (source?.id ?? null) : null),
      source: human ? null : { kind: source.kind as 'judge' | 'verifier' | 'model', id: source.id },
      guideline: guideline ?? null,
      seconds: seconds ?? null,
    };
  });
  return {
    externalId: row.id ?? null,
    prompt: row.prompt == null || row.prompt.length === 0 ? [] : asPrompt(row.prompt, 'prompt'),
    promptFiles: row.promptFiles ?? [],
    responses: row.responses.map(({ text, model, file }) => ({
      text: text ?? null,
      model: model ?? null,
      file: file ?? null,
    })),
    language: row.language ?? null,
    translatedFrom: row.translatedFrom ?? null,
    domain: row.domain ?? null,
    group: row.group ?? null,
    annotations,
  };
};
