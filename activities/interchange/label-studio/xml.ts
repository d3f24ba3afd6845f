/** XML of our own making: no text of a drop is ever markup. */

/** An element with its attributes escaped, its children indented. */
export const element = (
  tag: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[] = [],
): string => {
  const said = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  if (children.length === 0) return `<${tag}${said.join('')}/>`;
  const inner = children.map((child) => child.replace(/^/gm, '  ')).join('\n');
  return `<${tag}${said.join('')}>\n${inner}\n</${tag}>`;
};

/** Line ends and tabs are written as references: attributes would turn them into spaces. */
const escaped = (text: string): string =>
  text.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Whether XML 1.0 has a way to write the text, and there is any. */
export const isWritable = (text: string): boolean =>
  /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u.test(text);
