/** Figures and tables as cards print them. */

/** Three digits, or a dash for a figure that is not there. */
export const fixed = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const interval = ([low, high]: readonly [number, number]): string => `${fixed(low)} … ${fixed(high)}`;

export const accuracyOf = ({ accuracy, ci }: { readonly accuracy: number; readonly ci: [number, number] }): string =>
  `${fixed(accuracy)} (${interval(ci)})`;

/** Text of the data as Markdown that shows it and does nothing: no line end, no markup, 300 characters. */
export const plain = (value: string | number): string =>
  String(value)
    .slice(0, 300)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}<>]/gu, ' ')
    .replaceAll(/[\\`*_[\]|~]/g, (mark) => `\\${mark}`);

/** A Markdown table, the first row being its heading. */
export const table = ([head = [], ...rows]: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(plain))].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** A section; nothing where it has no content. */
export const section = (title: string, ...parts: readonly string[]): string => {
  const content = parts.filter((part) => part !== '');
  return content.length === 0 ? '' : [`## ${title}`, ...content].join('\n\n');
};
