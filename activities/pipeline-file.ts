import type { DropManifest } from '../schemas/drop.ts';
import { AssayError } from '../schemas/errors.ts';
import { keys } from '../schemas/keys.ts';
import { PipelineConfig } from '../schemas/pipeline.ts';
import type { ObjectStore } from './ports.ts';
import { parseYaml } from './yaml-text.ts';

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
export const parsePipeline = (text: string, file: string): PipelineConfig =>
  parseYaml(text, PipelineConfig, {
    name: 'pipeline',
    fault: (found) => new AssayError('ASY-1011', { file, ...found }),
  });
