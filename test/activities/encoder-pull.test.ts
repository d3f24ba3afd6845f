import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { folderOrigin, originOf, urlOrigin } from '../../activities/adapters/hub.ts';
import { listEncoders, openEncoder } from '../../activities/encoder-catalog.ts';
import { type OpenRemote, pullEncoder } from '../../activities/encoder-pull.ts';
import { dispose } from '../../models/runtime.ts';
import type { EncoderRecipe } from '../../schemas/encoder.ts';
import { keys } from '../../schemas/keys.ts';
import { withExternalData } from '../support/external-data.ts';
import { type HubServer, startHub } from '../support/hub-server.ts';
import { listen } from '../support/listen.ts';
import { createMemoryObjects, type MemoryObjects } from '../support/memory-objects.ts';
import { noRemotes } from '../support/remote-models.ts';
import { scratch } from '../support/scratch.ts';
import { tinyEncoder } from '../support/tiny-encoder.ts';

const started: HubServer[] = [];
afterEach(async () => {
  for (const hub of started.splice(0)) await hub.close();
});
afterAll(() => dispose());

const MODEL = 'onnx/text-model.onnx';
const http = { attempts: 3, waitMs: 1 };

const hubOf = async (files: ReadonlyMap<string, Uint8Array>): Promise<HubServer> => {
  const hub = await startHub('assay/tiny-text', files);
  started.push(hub);
  return hub;
};

/** The recipe as the catalogue has it: nothing known of the bytes. */
const unpinned = (recipe: EncoderRecipe): EncoderRecipe => ({
  ...recipe,
  files: recipe.files.map((file) => ({ ...file, sha256: null, bytes: null })),
});

const setUp = async () => {
  const { recipe, files } = tinyEncoder('text');
  const [objects, tempDir, hub] = [createMemoryObjects(), scratch(), await hubOf(files)];
  const pull = (given = unpinned(recipe), origin?: OpenRemote) =>
    pullEncoder(
      { objects, tempDir, open: (source) => origin ?? originOf(source, { hub: hub.url, objects, http }) },
      given,
    );
  return { recipe, files, objects, hub, pull };
};

const damage = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes, (byte, i) => (i === 500 ? byte ^ 1 : byte));

test('a pulled encoder is pinned, opened by id, and the same as from its files', async () => {
  const { recipe, objects, hub, pull } = await setUp();
  await expect(openEncoder({ objects, remotes: noRemotes }, 'tiny-text', 'text')).rejects.toMatchObject({
    code: 'ASY-5001',
  });
  const pulled = await pull();
  expect(pulled.fetched).toEqual([MODEL, 'tokenizer.json']);
  expect(pulled.recipe).toEqual({ ...recipe, source: { hub: 'assay/tiny-text', revision: hub.commit } });
  const encoder = await openEncoder({ objects, remotes: noRemotes }, 'tiny-text', 'text');
  expect(encoder.manifest).toEqual(pulled.manifest);
  expect(await openEncoder({ objects, remotes: noRemotes }, `tiny-text@${pulled.manifest.revision}`, 'text')).toBe(
    encoder,
  );
  expect(await encoder.encode([{ kind: 'text', prompt: 'tea', response: 'the cat' }])).toHaveLength(
    pulled.manifest.dims,
  );
  await expect(openEncoder({ objects, remotes: noRemotes }, 'tiny-text', 'image')).rejects.toMatchObject({
    code: 'ASY-5001',
  });
  await expect(openEncoder({ objects, remotes: noRemotes }, 'tiny-text@other', 'text')).rejects.toMatchObject({
    code: 'ASY-5020',
  });
});

test('a second pull fetches nothing', async () => {
  const { hub, pull } = await setUp();
  const first = await pull();
  const asked = hub.requests.length;
  expect(await pull()).toEqual({ ...first, fetched: [] });
  expect(hub.requests).toHaveLength(asked);
});

test('bytes that changed after the first pull are refused, at the origin and in the bucket', async () => {
  const { objects, files, hub, pull } = await setUp();
  const { manifest } = await pull();
  const key = keys.encoderFile('tiny-text', manifest.revision, MODEL);
  await objects.delete(key);
  hub.files.set(MODEL, damage(files.get(MODEL) ?? new Uint8Array()));
  await expect(pull()).rejects.toMatchObject({ code: 'ASY-5002' });
  hub.files.set(MODEL, files.get(MODEL) ?? new Uint8Array());
  expect((await pull()).fetched).toHaveLength(2);
  await objects.put(key, damage(files.get(MODEL) ?? new Uint8Array()));
  await expect(openEncoder({ objects, remotes: noRemotes }, 'tiny-text', 'text')).rejects.toMatchObject({
    code: 'ASY-5002',
  });
});

test('later files, and later pulls, are of the commit the first file came from', async () => {
  const { objects, hub, pull } = await setUp();
  const { manifest } = await pull();
  await objects.delete(keys.encoderFile('tiny-text', manifest.revision, MODEL));
  await pull();
  const revisions = hub.requests.map((line) => /resolve\/([^/]+)\//.exec(line)?.[1]).filter(Boolean);
  expect(revisions.slice(0, 2)).toEqual(['main', 'main']);
  expect(new Set(revisions.slice(2))).toEqual(new Set([hub.commit]));
});

test.each(['../..', 'main', ''])('a hub that states the commit %o is not believed', async (commit) => {
  const { hub, pull, objects } = await setUp();
  hub.commit = commit;
  expect((await pull()).recipe.source).toEqual({ hub: 'assay/tiny-text', revision: 'main' });
  // What is stored can be read again.
  expect((await openEncoder({ objects, remotes: noRemotes }, 'tiny-text', 'text')).manifest.id).toBe('tiny-text');
});

test.each(['0', 'many'])(
  'a server that states a length of %s does not know it: the bytes are read all the same',
  async (length) => {
    const { recipe, files, pull } = await setUp();
    const server = await listen({
      fetch: ({ method, url: asked }) => {
        const bytes = Buffer.from(files.get(new URL(asked).pathname.slice(1)) ?? []);
        return method === 'HEAD' ? new Response(null, { headers: { 'x-linked-size': length } }) : new Response(bytes);
      },
    });
    expect((await pull(unpinned(recipe), urlOrigin(server.url, http))).fetched).toHaveLength(2);
    await server.close();
  },
);

test('a hash that the hub states and the bytes do not have is refused', async () => {
  const { hub, objects, pull } = await setUp();
  hub.lying = true;
  await expect(pull()).rejects.toMatchObject({ code: 'ASY-5002', message: expect.stringContaining(MODEL) });
  expect(objects.entries.size).toBe(0);
});

test('a pin in the recipe is held against the bytes', async () => {
  const { recipe, hub, pull } = await setUp();
  hub.files.set('tokenizer.json', Buffer.from('{}'));
  await expect(pull(recipe)).rejects.toMatchObject({ code: 'ASY-5002', message: expect.stringContaining('tokenizer') });
});

test('a connection that breaks off is taken up where it broke', async () => {
  const { recipe, hub, pull } = await setUp();
  hub.breakAfter.push(7000, 9000);
  expect((await pull()).recipe.files).toEqual(recipe.files);
  const ranges = hub.requests.filter((line) => line.startsWith('GET /cdn') && line.includes('bytes='));
  expect(ranges.length).toBeGreaterThanOrEqual(2);
});

test('a pull that gave up leaves its part, and the next goes on from there', async () => {
  const { hub, objects, pull } = await setUp();
  hub.breakAfter.push(5000, 0, 0, 0);
  await expect(pull()).rejects.toMatchObject({ code: 'ASY-5021', message: expect.stringContaining('broke off') });
  expect(objects.entries.size).toBe(0);
  const asked = hub.requests.length;
  hub.breakAfter.length = 0;
  await pull();
  expect(hub.requests.slice(asked).find((line) => line.includes('/cdn/onnx'))).toMatch(/bytes=\d{2,}-/);
});

test('a file that an earlier pull has fetched whole is not fetched again', async () => {
  const { files, hub, pull } = await setUp();
  hub.files.delete('tokenizer.json');
  await expect(pull()).rejects.toMatchObject({ code: 'ASY-5021' });
  hub.files.set('tokenizer.json', files.get('tokenizer.json') ?? new Uint8Array());
  expect((await pull()).fetched).toEqual([MODEL, 'tokenizer.json']);
  expect(hub.requests.filter((request) => request === `GET /cdn/${MODEL}`)).toHaveLength(1);
});

test('a file that is not there, and a hub that is not there, are named', async () => {
  const { recipe, hub, pull } = await setUp();
  hub.files.delete('tokenizer.json');
  await expect(pull()).rejects.toMatchObject({ code: 'ASY-5021', message: expect.stringContaining('404') });
  await expect(pull(unpinned(recipe), urlOrigin('http://127.0.0.1:1/', http))).rejects.toMatchObject({
    code: 'ASY-5021',
    message: expect.stringContaining('no answer'),
  });
});

test('a repository that moved is followed', async () => {
  const { recipe, hub, pull } = await setUp();
  const pulled = await pull(unpinned(recipe), urlOrigin(`${hub.url}/moved/resolve/main/`, http));
  expect(pulled.recipe.files).toEqual(recipe.files);
});

test('a file over the stated size is not read to its end', async () => {
  const { recipe, pull } = await setUp();
  const small = { ...recipe, files: recipe.files.map((file) => ({ ...file, sha256: null, bytes: 10 })) };
  await expect(pull(small)).rejects.toMatchObject({ code: 'ASY-5022' });
});

test('a file that is no model is found out before anything is stored', async () => {
  const { hub, objects, pull } = await setUp();
  hub.files.set(MODEL, Buffer.from('this is a web page, not a model'));
  await expect(pull()).rejects.toMatchObject({ code: 'ASY-5003' });
  expect(objects.entries.size).toBe(0);
});

test('a folder and the bucket serve as origins, too', async () => {
  const { recipe, files, objects, pull } = await setUp();
  const dir = scratch();
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
    await objects.put(`mirror/tiny/${path}`, bytes);
  }
  const fromFolder = await pull(unpinned(recipe), folderOrigin(dir));
  expect(fromFolder.recipe.files).toEqual(recipe.files);
  const copy = { ...unpinned(recipe), id: 'copy', source: { s3: 'mirror/tiny/' } };
  expect((await pull(copy)).manifest.revision).toBe(fromFolder.manifest.revision);
  await expect(pull({ ...copy, id: 'none', source: { s3: 'mirror/no/' } })).rejects.toMatchObject({ code: 'ASY-5021' });
  await expect(pull({ ...copy, id: 'none' }, folderOrigin('/nowhere'))).rejects.toMatchObject({ code: 'ASY-5021' });
});

test('a model that keeps its weights in a second file finds them', async () => {
  const { recipe, files, objects, pull } = await setUp();
  const split = withExternalData(files.get(MODEL) ?? new Uint8Array(), 'text-model.onnx_data');
  const dir = scratch();
  for (const [path, bytes] of [...files, [MODEL, split.model], [`${MODEL}_data`, split.data]] as const) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
  const whole = await encodingOf(objects, (await pull()).manifest.id);
  const given = unpinned({ ...recipe, id: 'split' });
  const data = { path: `${MODEL}_data`, role: 'data', sha256: null, bytes: null } as const;
  await pull({ ...given, files: [...given.files, data] }, folderOrigin(dir));
  expect(await encodingOf(objects, 'split')).toEqual(whole);
});

const encodingOf = async (objects: MemoryObjects, id: string): Promise<Float32Array> =>
  (await openEncoder({ objects, remotes: noRemotes }, id, 'text')).encode([
    { kind: 'text', prompt: 'tea', response: 'the cat' },
  ]);

test('the catalogue says what is bundled, pulled and available', async () => {
  const { objects, pull } = await setUp();
  const { manifest } = await pull();
  const listed = await listEncoders(objects);
  expect(listed.find(({ id }) => id === 'tiny-text')).toMatchObject({ state: 'pulled', revision: manifest.revision });
  expect(listed.find(({ id }) => id === 'bge-m3')).toMatchObject({ state: 'available', revision: null, dims: null });
  expect(listed.find(({ id }) => id === 'nss')).toMatchObject({ state: 'bundled' });
  await expect(openEncoder({ objects, remotes: noRemotes }, 'bge-m3', 'text')).rejects.toMatchObject({
    code: 'ASY-5020',
  });
  await expect(openEncoder({ objects, remotes: noRemotes }, '../x', 'text')).rejects.toMatchObject({
    code: 'ASY-5001',
  });
});
