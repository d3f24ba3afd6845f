/** What somebody who checks from outside needs: every record of who decided what, byte for byte as it is stored, with their hashes (S056). */
import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../activities/ports.ts';
import { keys } from '../../schemas/keys.ts';

/** Where records lie, and which of what lies there is one: no data, no model, nobody's answer. */
const RECORDS: readonly (readonly [prefix: string, isRecord: RegExp])[] = [
  [keys.alertsPrefix(), /./],
  [keys.auditPrefix(), /./],
  [keys.datasetsPrefix(), /^[^/]+\/((releases|waivers)\/\d+|[^/]+\/(manifest|manifest\.sig|lineage|withdrawn))\.json$/],
  [keys.datasetsPrefix(), /^[^/]+\/[^/]+\/card\.md$/],
  // Proofs alone: tombstones say whom they are of, and work under way is no record.
  [keys.erasuresPrefix(), /^[^/]+\.json$/],
  [keys.modelsPrefix(), /^[^/]+\/(promotions\/\d+|[^/]+\/(manifest|eval|withdrawn))\.json$/],
  [keys.modelsPrefix(), /^[^/]+\/[^/]+\/card\.md$/],
  [keys.readingsPrefix(), /./],
  [keys.retentionPolicies(), /./],
  [keys.retentionRecords(), /./],
];

/** Lines of `sha256sum`; the last file of a bundle. */
const SUMS = 'SHA256SUMS';

export interface BundleFile {
  readonly path: string;
  readonly body: Buffer;
}

const recordKeys = async (objects: Pick<ObjectStore, 'list'>): Promise<string[]> => {
  const found: string[] = [];
  for (const [prefix, isRecord] of RECORDS)
    for await (const { key } of objects.list(prefix)) if (isRecord.test(key.slice(prefix.length))) found.push(key);
  return found.sort();
};

/** Every record by its key, in order, then `SHA256SUMS` for `sha256sum -c`: the same records give the same files. */
export async function* auditBundle(objects: Pick<ObjectStore, 'get' | 'list'>): AsyncGenerator<BundleFile> {
  let sums = '';
  for (const path of await recordKeys(objects)) {
    const body = await objects.get(path);
    sums += `${createHash('sha256').update(body).digest('hex')}  ${path}\n`;
    yield { path, body };
  }
  yield { path: SUMS, body: Buffer.from(sums) };
}
