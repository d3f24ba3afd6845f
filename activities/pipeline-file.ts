import { LineCounter, parseDocument } from 'yaml';
import type { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { PipelineConfig } from '../schemas/pipeline.ts';
import type { ObjectStore } from './ports.ts';

/** The drop's `pipeline.yaml`, or the defaults where it has none. A named file that is not there is ASY-1011 too. */
export const readPipeline = async (objects: ObjectStore, manifest: DropManifest): Promise<PipelineConfig> => {
  const file = manifest.pipeline ?? 'pipeline.yaml';
  const key = keys.dropFile(manifest.name, file);
  if ((await objects.head(key)) === null) {
    if (manifest.pipeline === undefined) return PipelineConfig.parse({});
    throw new AssayError('ASY-1011', { file, line: 0, column: 0, reason: 'is not in the drop' });
  }
  return parsePipeline((await objects.get(key)).toString('utf8'), file);
};

/** Parses YAML text. Throws ASY-1011 with the line and column of the first fault. */
export const parsePipeline = (text: string, file: string): PipelineConfig => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, reason: string) => {
    const { line, col } = lines.linePos(offset);
    return new AssayError('ASY-1011', { file, line, column: col, reason });
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw fail(broken.pos[0], broken.message);
  // Few aliases may expand to very much.
  const parsed = PipelineConfig.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = (issue?.path ?? []) as (string | number)[];
  const keysOf = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  throw fail(
    offsetOf(document, keysOf[0] === undefined ? path : [...path, keysOf[0]]),
    `${path.join('.') || 'pipeline'}: ${issue?.message}`,
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
