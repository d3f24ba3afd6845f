/** The retention policy, as numbered records that are only ever added: the newest holds. */
import { AssayError } from '../../schemas/errors.ts';
import { keys } from '../../schemas/keys.ts';
import { Retention, RetentionPolicy } from '../../schemas/retention.ts';
import { appendNumbered, readNumbered } from '../numbered.ts';
import type { ObjectStore } from '../ports.ts';
import { parseYaml } from '../yaml-text.ts';

/** Parses retention.yaml. Throws ASY-6550 with the line and column of the first fault. */
export const parseRetention = (text: string, file: string): Retention =>
  parseYaml(text, Retention, {
    name: 'retention',
    fault: (found) => new AssayError('ASY-6550', { file, ...found }),
  });

const read = (objects: ObjectStore) => readNumbered(objects, keys.retentionPolicies(), RetentionPolicy);

/** Stores a policy; returns its number. It holds from here on. */
export const putPolicy = async (objects: ObjectStore, policy: RetentionPolicy): Promise<number> =>
  appendNumbered(
    objects,
    { read: () => read(objects), keyOf: keys.retentionPolicy, prefix: keys.retentionPolicies() },
    async () => policy,
  );

interface Numbered {
  readonly number: number;
  readonly policy: RetentionPolicy;
}

/** The policy that holds, with its number; null where none was put. */
export const currentPolicy = async (objects: ObjectStore): Promise<Numbered | null> => {
  const { records, next } = await read(objects);
  const policy = records.at(-1);
  return policy === undefined ? null : { number: next - 1, policy };
};

/** The policy that holds. Throws ASY-6551 where none was put. */
export const openPolicy = async (objects: ObjectStore): Promise<Numbered> => {
  const current = await currentPolicy(objects);
  if (current === null) throw new AssayError('ASY-6551');
  return current;
};
