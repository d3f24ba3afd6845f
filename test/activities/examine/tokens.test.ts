/** Lengths in tokens, by the tokenizer that a filter names. */
import { readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
import { readSelection } from '../../../activities/dataset/selection-file.ts';
import { encoderRecipes } from '../../../models/encoders/catalogue.ts';
import { manifestOf } from '../../../models/encoders/pulled.ts';
import { sha256 } from '../../../models/hash.ts';
import { CurateFilter } from '../../../schemas/curation.ts';
import { Decision } from '../../../schemas/dataset.ts';
import { keys } from '../../../schemas/keys.ts';
import { annotationOf, ingestRows, itemOf, selectRows, stageOn, textResponse } from '../../support/curation.ts';
import { createMemoryObjects } from '../../support/memory-objects.ts';
import { scratch } from '../../support/scratch.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/quality/${name}`, import.meta.url), 'utf8');
const tokenizer = fixture('tokenizer.json');
/** As Hugging Face's library counted them (test/peers/tokens.py), from few to many. */
const peer = (JSON.parse(fixture('tokens.json')) as { texts: { text: string; tokens: number }[] }).texts
  .filter(({ text }) => text.trim() !== '')
  .sort((x, y) => x.tokens - y.tokens);

const curate = async (
  filter: object,
  files: Readonly<Record<string, string | Buffer>> = { 'tok/tokenizer.json': tokenizer },
  stored: Readonly<Record<string, string>> = {},
) => {
  const stage = stageOn(createMemoryObjects(), scratch());
  for (const [file, text] of Object.entries(files)) await stage.objects.put(keys.dropFile('d', file), text);
  for (const [key, text] of Object.entries(stored)) await stage.objects.put(key, text);
  const items = peer.map(({ text }, row) =>
    itemOf('d', row, {
      prompt: [{ role: 'user', content: `question ${row}` }],
      responses: [textResponse(text), textResponse('no')],
    }),
  );
  const annotations = items.map((item) =>
    annotationOf(item, 'ann', { task: 'pairwise', value: { preferred: 'a', strength: null } }),
  );
  const refs = await ingestRows(stage, 'd', { items, annotations });
  const filters = [{ kind: 'length', on: 'chosen', unit: 'tokens', ...filter }];
  const { version } = await selectRows(stage, 'd', refs, { curate: { filters } });
  const { decisions } = await readSelection(stage.objects, 'd', version);
  const read = await Promise.all(decisions.map((shard) => Array.fromAsync(stage.tables.readShard(shard, Decision))));
  const sorted = read.flat().sort((a, b) => a.origin.row - b.origin.row);
  return {
    version,
    reasons: sorted.map(({ reason }) => reason),
    counts: sorted.map(({ values }) => values['1 length']),
  };
};

const own = { tokenizer: 'tok/tokenizer.json' };

it('counts by a tokenizer of the drop', async () => {
  const { reasons, counts } = await curate({ ...own, min: 3, max: 20 });
  expect(counts).toEqual(peer.map(({ tokens }) => tokens));
  expect(reasons).toEqual(peer.map(({ tokens }) => (tokens < 3 ? 'too-short' : tokens > 20 ? 'too-long' : 'selected')));
  expect(new Set(reasons).size).toBe(3);
});

it('counts by the bundled encoder’s pieces', async () => {
  const { counts } = await curate({ tokenizer: 'static-e5' }, {});
  // ▁the ▁train ▁the ▁train ▁the ▁train ▁leave s ▁the ▁station
  expect(counts[peer.findIndex(({ text }) => text.startsWith('the train'))]).toBe(10);
});

it('counts by the tokenizer of an encoder that was pulled', async () => {
  const recipe = encoderRecipes().find(({ id }) => id === 'all-minilm-l6-v2')!;
  const files = recipe.files.map((file) => ({
    ...file,
    sha256: sha256(tokenizer),
    bytes: Buffer.byteLength(tokenizer),
  }));
  const manifest = manifestOf({ ...recipe, files });
  const stored = {
    [keys.encoderFile(manifest.id, manifest.revision, 'tokenizer.json')]: tokenizer,
    [keys.encoderManifest(manifest.id, manifest.revision)]: JSON.stringify({ recipe: { ...recipe, files }, manifest }),
  };
  for (const named of [manifest.id, `${manifest.id}@${manifest.revision}`]) {
    const { counts } = await curate({ tokenizer: named }, {}, stored);
    expect(counts).toEqual(peer.map(({ tokens }) => tokens));
  }
  const changed = Object.fromEntries(
    Object.entries(stored).map(([key, text]) => [key, text.replace('"BPE"', '"bpe"')]),
  );
  await expect(curate({ tokenizer: manifest.id }, {}, changed)).rejects.toMatchObject({ code: 'ASY-5002' });
  await expect(curate({ tokenizer: `${manifest.id}@0123` }, {}, stored)).rejects.toMatchObject({ code: 'ASY-5020' });
});

test('the tokenizer’s bytes are part of the version', async () => {
  const other = tokenizer.replace('"truncation":null', '"truncation": null');
  expect(other).not.toBe(tokenizer);
  const [first, again, changed] = [
    await curate(own),
    await curate(own),
    await curate(own, { 'tok/tokenizer.json': other }),
  ];
  expect(again.version).toBe(first.version);
  expect(changed.version).not.toBe(first.version);
});

test.each([
  ['is not in the drop', own, {}, 'ASY-6210', /tok\/tokenizer\.json: is not in the drop/],
  ['is no tokenizer', own, { 'tok/tokenizer.json': '[]' }, 'ASY-6210', /tok\/tokenizer\.json: ./],
  ['is too large', own, { 'tok/tokenizer.json': Buffer.alloc(64 * 1024 * 1024 + 1, ' ') }, 'ASY-6210', /larger than/],
  ['leads out of the drop', { tokenizer: '../tokenizer.json' }, {}, 'ASY-1004', /./],
  ['is nobody’s', { tokenizer: 'no-such-encoder' }, {}, 'ASY-5001', /no-such-encoder/],
  ['was not pulled', { tokenizer: 'bge-m3' }, {}, 'ASY-5020', /bge-m3/],
  ['is of an encoder of images', { tokenizer: 'nss' }, {}, 'ASY-6210', /reads no text/],
])('is refused where it %s', async (_, filter, files, code, message) => {
  await expect(curate(filter, files)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a length in tokens names its tokenizer, and no other does', () => {
  const given = (filter: object) => CurateFilter.safeParse({ kind: 'length', ...filter }).success;
  expect(given({ unit: 'tokens', tokenizer: 'a.json' })).toBe(true);
  expect(given({ unit: 'tokens' })).toBe(false);
  expect(given({ unit: 'words', tokenizer: 'a.json' })).toBe(false);
  expect(given({ max: 5 })).toBe(true);
});
