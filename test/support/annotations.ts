import { createHash } from 'node:crypto';
import type { Annotation, Statement } from '../../schemas/annotation.ts';

/** An annotation for tests, with an id made from its content. */
export const annotation = (
  source: string,
  statement: Statement,
  { item = `it_${'0'.repeat(32)}`, kind = 'human' }: { item?: string; kind?: Annotation['source']['kind'] } = {},
): Annotation => {
  const digest = createHash('sha256')
    .update(JSON.stringify([source, kind, item, statement]))
    .digest('hex');
  return {
    id: `an_${digest.slice(0, 32)}`,
    item,
    source: { kind, id: source },
    guideline: null,
    seconds: null,
    at: null,
    shown: null,
    ruling: false,
    origin: { drop: 'test', file: 'rows.jsonl', row: 1, license: 'CC0-1.0', subject: null },
    ...statement,
  };
};
