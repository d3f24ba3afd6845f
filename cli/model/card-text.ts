/** A head's card as a terminal shows it. */
import { table } from '../output.ts';

const plain = (text: string): string => text.trim().replaceAll(/\\([\\`*_[\]|~])/g, '$1');

/** The cells of a Markdown table's row; an escaped bar is part of its cell. */
const cellsOf = (row: string): string[] =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map(plain);

const proseOf = (block: string): string =>
  plain(block.replace(/^## (.*)$/m, (_, title: string) => title.toUpperCase()).replaceAll(/!\[[^\]]*\]\([^)]*\)/g, ''));

const columnsOf = (lines: readonly string[]): string =>
  table(lines.filter((line) => !/^\|( -+ \|)+$/.test(line)).map(cellsOf));

/**
 * Tables become columns, headings lose their marks, the title and pictures go: the rest of a card's Markdown reads as it stands.
 */
export const cardText = (card: string): string =>
  card
    .split(/\n{2,}/)
    .filter((block) => !block.startsWith('# '))
    .map((block) => {
      const lines = block.trim().split('\n');
      return lines.every((line) => line.startsWith('|')) ? columnsOf(lines) : proseOf(block);
    })
    .filter((block) => block !== '')
    .join('\n\n');
