/** YAML that people wrote, checked against a schema, with the place of what is wrong. */
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** The first fault of a text; lines and columns count from 1. */
export interface YamlFault {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** The text as the schema has it; an empty one stands for `empty`. Throws what `fault` makes of the first fault. */
export const parseYaml = <S extends z.ZodType>(
  text: string,
  schema: S,
  { name, empty = {}, fault }: { name: string; empty?: unknown; fault: (found: YamlFault) => Error },
): z.infer<S> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, reason: string) => {
    const { line, col } = lines.linePos(offset);
    return fault({ line, column: col, reason });
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw fail(broken.pos[0], broken.message);
  // Few aliases may expand to very much.
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? empty);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []) as (string | number)[];
  const keysOf = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  throw fail(
    offsetOf(document, keysOf[0] === undefined ? path : [...path, keysOf[0]]),
    `${path.join('.') || name}: ${issue?.message}`,
  );
};

/** Offset of the node at the path, or of the nearest one above it. */
const offsetOf = (document: ReturnType<typeof parseDocument>, path: readonly (string | number)[]): number => {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] | null } | undefined;
    if (node?.range?.[0] !== undefined) return node.range[0];
  }
  return 0;
};
