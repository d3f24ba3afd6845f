/** What people write lies under its hash before anybody is told of it: histories hold hashes alone. */
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../activities/ports.ts';
import { VoteBody, type VoteRef } from '../../schemas/batch.ts';
import { categoryOf } from '../../schemas/categories.ts';
import { keys } from '../../schemas/keys.ts';

const asJson = { contentType: 'application/json' };

const store = async (objects: ObjectStore, keyOf: (sha256: string) => string, value: unknown): Promise<string> => {
  const bytes = JSON.stringify(value);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await objects.create(keyOf(sha256), bytes, asJson);
  return sha256;
};

/** Stores an answer; what `submit` carries of it. */
export const storeVote = async (objects: ObjectStore, item: string, body: VoteBody): Promise<VoteRef> => ({
  item,
  task: body.task,
  sha256: await store(objects, keys.vote, VoteBody.parse(body)),
  category: categoryOf(body),
});

/** Stores a text of an item's thread, with whose it is, so that an erasure finds it; its hash. */
export const storeNote = (objects: ObjectStore, by: string, text: string): Promise<string> =>
  store(objects, keys.note, { by, text });
