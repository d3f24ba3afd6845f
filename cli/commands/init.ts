/** `assay init`: a pipeline.yaml and a drop.json to start from. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../../schemas/errors.ts';
import type { Register } from '../context.ts';
import { root } from '../paths.ts';

const DROP = {
  name: 'my-drop',
  modality: 'text',
  format: 'trl-preference',
  license: 'CC-BY-4.0',
  purpose: ['preference-tuning'],
  language: 'en',
};

/** The commented defaults, from the page that a test holds to the schema. */
const pipelineYaml = async (): Promise<string> => {
  const page = await readFile(join(root, 'docs/reference/pipeline.md'), 'utf8');
  return /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
};

const refused =
  (file: string) =>
  (error: unknown): never => {
    throw new AssayError('ASY-9005', { reason: `${file}: ${(error as Error).message}` }, { cause: error });
  };

export const register: Register = (program, { output }) => {
  program
    .command('init')
    .description('write a pipeline.yaml and a drop.json to start from')
    .argument('[dir]', 'folder', '.')
    .action(async (dir: string) => {
      await mkdir(dir, { recursive: true }).catch(refused(dir));
      const files = {
        'pipeline.yaml': await pipelineYaml(),
        'drop.json': `${JSON.stringify(DROP, null, 2)}\n`,
      };
      // All or nothing: one that is there already is seen before the other is written.
      const there = Object.keys(files).find((name) => existsSync(join(dir, name)));
      if (there !== undefined) throw new AssayError('ASY-9005', { reason: `${join(dir, there)} is there already` });
      const written: string[] = [];
      for (const [name, text] of Object.entries(files)) {
        const file = join(dir, name);
        await writeFile(file, text, { flag: 'wx' }).catch(refused(file));
        written.push(file);
      }
      output.result({ files: written }, () => `wrote ${written.join(' and ')}`);
    });
};
