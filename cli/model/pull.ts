/** `assay model pull`: an encoder's files into the bucket, checked and pinned. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { folderOrigin, originOf, urlOrigin } from '../../activities/adapters/hub.ts';
import { pullEncoder } from '../../activities/encoder-pull.ts';
import { encoderRecipes } from '../../models/encoders/catalogue.ts';
import { EncoderRecipe } from '../../schemas/encoder.ts';
import { AssayError } from '../../schemas/errors.ts';
import type { Context } from '../context.ts';
import { withServices } from '../services.ts';

/** An encoder of the catalogue, or the manifest in a file. Throws ASY-5001, ASY-5023. */
const recipeOf = async (named: string): Promise<EncoderRecipe> => {
  if (!named.endsWith('.json')) {
    const known = encoderRecipes().find(({ id }) => id === named);
    if (known === undefined) throw new AssayError('ASY-5001', { model: named });
    return known;
  }
  try {
    return EncoderRecipe.parse(JSON.parse(await readFile(named, 'utf8')));
  } catch (cause) {
    throw new AssayError('ASY-5023', { file: named, reason: (cause as Error).message }, { cause });
  }
};

const MB = 1_000_000;

/** A line each time a file has come another tenth. */
const tenths = (say: (line: string) => void) => {
  const told = new Map<string, number>();
  return (path: string, done: number, total: number | null): void => {
    if (total === null || total < MB) return;
    const tenth = Math.floor((10 * done) / total);
    if ((told.get(path) ?? 0) >= tenth) return;
    told.set(path, tenth);
    say(`${path}: ${(done / MB).toFixed(1)} of ${(total / MB).toFixed(1)} MB`);
  };
};

export const registerPull = (model: Command, { config, output }: Context): void => {
  model
    .command('pull')
    .description('fetch an encoder into the bucket and pin its hashes')
    .argument('<encoder>', 'its id, or a manifest ending in .json')
    .option('--from <place>', 'a folder or base URL that holds its files, instead of the hub')
    .action(async (encoder: string, { from }: { from?: string }) => {
      const recipe = await recipeOf(encoder);
      await withServices(await config(), async ({ objects, tempDir, config: { hub } }) => {
        const { recipe: pinned, ...pulled } = await pullEncoder(
          {
            objects,
            tempDir,
            open: (source) =>
              from === undefined
                ? originOf(source, { hub, objects })
                : /^https?:/.test(from)
                  ? urlOrigin(from)
                  : folderOrigin(from),
            onProgress: tenths((line) => output.progress(line)),
          },
          recipe,
        );
        const { id, revision, dims, license, modality } = pulled.manifest;
        const document = { id, revision, dims, license, modality, fetched: pulled.fetched, files: pinned.files };
        output.result(document, () =>
          [
            pulled.fetched.length === 0
              ? `${id} ${revision} was there already`
              : `${id} ${revision}: ${pulled.fetched.length} files fetched, hashed and stored (${license})`,
            `Use it: \`score.encoder: ${id}\` in pipeline.yaml${modality === 'text' ? `, or \`assay model train FILE --name NAME --encoder ${id}\`` : ''}`,
          ].join('\n'),
        );
      });
    });
};
