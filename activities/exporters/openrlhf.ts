/** OpenRLHF's three kinds of rows (v0.11, openrlhf/datasets). */
import { z } from 'zod';
import type { DatasetRow } from '../../schemas/dataset.ts';
import { Message } from '../../schemas/item.ts';
import { type ExportContext, type Exporter, leftOut, reshaped, type Turn } from './exporter.ts';
import { PLACEHOLDERS_SAID, showsPlaceholder } from './placeholders.ts';
import { trlGrpo, visionGrpo } from './trl-grpo.ts';
import { trlPreference } from './trl-preference.ts';
import { trlPromptOnly, visionPromptOnly } from './trl-prompt-only.ts';
import { trlSft } from './trl-sft.ts';
import { Images, type VisionTurn } from './vision.ts';

const Sft = z.object({ input: z.array(Message), output: z.array(Message) });
type Sft = z.infer<typeof Sft>;

/** Prompt and answer as turns: both are joined before the chat template is applied. */
export const openrlhfSft: Exporter<Sft> = {
  format: 'openrlhf-sft',
  encoding: 'jsonl',
  schema: Sft,
  needs: trlSft.needs,
  always: false,
  onDemand: true,
  rowsOf: reshaped(trlSft, ({ prompt, completion }) => ({ input: prompt, output: completion })),
};

const Rm = z.object({ chosen: z.array(Message), rejected: z.array(Message), margin: z.number().nullable() });
type Rm = z.infer<typeof Rm>;

/** Strength 1 … 4 as the margin 0 … 3 of Llama 2 (Touvron et al. 2023, Table 27, large margin); null where nobody stated one. */
const marginOf = ({ strength }: DatasetRow): number | null => (strength === null ? null : Math.max(0, strength - 1));

/** Whole conversations: without a prompt column both sides come out alike whatever the template (OpenRLHF 909). */
export const openrlhfRm: Exporter<Rm> = {
  format: 'openrlhf-rm',
  encoding: 'jsonl',
  schema: Rm,
  needs: trlPreference.needs,
  always: false,
  onDemand: true,
  rowsOf: reshaped(trlPreference, ({ prompt, chosen, rejected }, row) => ({
    chosen: [...prompt, ...chosen],
    rejected: [...prompt, ...rejected],
    margin: marginOf(row),
  })),
};

const Prompt = z.object({
  input: z.array(Message),
  /** The answer to come up to; empty where none is known, which is also what OpenRLHF passes on without a label key. */
  label: z.string(),
  datasource: z.string(),
});
type Prompt = z.infer<typeof Prompt>;

/** Prompts for reinforcement learning, each with one answer people preferred as the label once. */
export const openrlhfPrompt: Exporter<Prompt> = {
  format: 'openrlhf-prompt',
  encoding: 'jsonl',
  schema: Prompt,
  needs: trlPromptOnly.needs,
  always: false,
  onDemand: true,
  rowsOf(row, context) {
    const plain = trlPromptOnly.rowsOf(row, context);
    if ('leftOut' in plain) return plain;
    const known = trlGrpo.rowsOf(row, context);
    const label = 'leftOut' in known ? '' : (known.rows[0]?.solution ?? '');
    const rows = plain.rows.map(({ prompt }) => ({ input: prompt, label, datasource: row.origin.drop }));
    return showsPlaceholder(rows[0]?.input ?? []) ? leftOut(PLACEHOLDERS_SAID) : { rows };
  },
  identityOf: ({ input, label }) => JSON.stringify([input, label]),
};

const VisionPrompt = z.object({ input: z.array(Message), label: z.string(), images: Images, datasource: z.string() });
type VisionPrompt = z.infer<typeof VisionPrompt>;

/** Parts as one text, with `<image>` where a picture stands. */
const written = (turns: readonly VisionTurn[]): Turn[] =>
  turns.map(({ role, content }) => ({
    role,
    content: content.map((part) => (part.type === 'text' ? part.text : '<image>')).join('\n'),
  }));

const textsOf = (turns: readonly VisionTurn[]): Turn[] =>
  turns.flatMap(({ role, content }) =>
    content.flatMap((part) => (part.type === 'text' ? [{ role, content: part.text }] : [])),
  );

/** Prompts with pictures, and the answer where one is known. */
const asked = (row: DatasetRow, context: ExportContext) => {
  const known = visionGrpo.rowsOf(row, context);
  if ('rows' in known) return known;
  const plain = visionPromptOnly.rowsOf(row, context);
  return 'leftOut' in plain ? plain : { ...plain, rows: plain.rows.map((each) => ({ ...each, solution: '' })) };
};

/** The same with pictures: `<image>` in the text for each of `images`. */
export const visionOpenrlhfPrompt: Exporter<VisionPrompt> = {
  format: 'openrlhf-prompt',
  encoding: 'jsonl',
  schema: VisionPrompt,
  needs: openrlhfPrompt.needs,
  always: false,
  onDemand: true,
  rowsOf(row, context) {
    const found = asked(row, context);
    if ('leftOut' in found) return found;
    const fitting = found.rows.filter(({ prompt }) => !showsPlaceholder(textsOf(prompt)));
    if (fitting.length === 0) return leftOut(PLACEHOLDERS_SAID);
    const rows = fitting.map(({ images, prompt, solution }) => ({
      input: written(prompt),
      label: solution,
      images,
      datasource: row.origin.drop,
    }));
    return { rows, files: found.files ?? [] };
  },
  identityOf: ({ input, label, images }) => JSON.stringify([input, label, images]),
};
