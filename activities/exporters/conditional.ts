/** Conditional SFT (S159): the prompt names how good the answer after it is, so that the best can be asked for. */
import type { DatasetRow } from '../../schemas/dataset.ts';
import type { Conditions, Turn } from './exporter.ts';

/** Bin of a figure, from 1: how many edges it reaches, and one. */
export const binOf = (figure: number, { edges }: Conditions): number =>
  1 + edges.filter((edge) => figure >= edge).length;

/** The tag of a bin: `<reward: 3/4>`. */
export const tagOf = (bin: number, { edges }: Conditions): string => `<reward: ${bin}/${edges.length + 1}>`;

/** The bin that a tagged text names; null where it has no tag. */
export const taggedBin = (text: string): number | null => {
  const [, bin] = /<reward: (\d+)\/\d+>$/.exec(text) ?? [];
  return bin === undefined ? null : Number(bin);
};

/** The figure of a response; null where it has none. People rate response 0. */
export const figureOf = ({ rating, scores }: DatasetRow, response: number, { by }: Conditions): number | null =>
  by === 'score' ? (scores?.[response] ?? null) : response === 0 ? rating : null;

/** The prompt with the tag at its end. */
export const tagged = (prompt: readonly Turn[], tag: string): Turn[] =>
  prompt.map(({ role, content }, at) => ({
    role,
    content: at === prompt.length - 1 ? `${content}\n\n${tag}` : content,
  }));
