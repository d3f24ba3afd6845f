import { copyFile, link, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Lays files out under `dir` by their relative paths without writing their bytes again where the file system can link: ONNX Runtime
 * looks for a large model's weights beside the model.
 */
export const layOut = async (dir: string, files: readonly { path: string; from: string }[]): Promise<void> => {
  for (const { path, from } of files) {
    const to = join(dir, path);
    await mkdir(dirname(to), { recursive: true });
    await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      // Whole or not at all: what is there already is not looked at again.
      const part = `${to}.${process.pid}.part`;
      await copyFile(from, part);
      await rename(part, to);
    });
  }
};
