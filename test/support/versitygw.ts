import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { toolsOf } from '../../cli/paths.ts';
import { findTool } from '../../scripts/tools/find.ts';

export interface TestS3 {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly credentials: { accessKeyId: string; secretAccessKey: string };
  /** Folder that holds the bucket's objects as plain files. */
  readonly folder: string;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(address)));
    });
  });

/** A real S3 server on a free port with one empty bucket, which keeps versions. */
export const startVersitygw = async (bucket = 'test'): Promise<TestS3> => {
  const { path: binary } = await findTool('versitygw', { env: process.env, toolsDir: toolsOf(process.env) });
  const home = mkdtempSync(join(tmpdir(), 'assay-s3-'));
  const data = join(home, 'data');
  const credentials = { accessKeyId: 'assay', secretAccessKey: 'assay-test-secret' };
  // A folder of the data directory is a bucket.
  for (const folder of [join(data, bucket), join(home, 'versions')]) mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const child = spawn(
    binary,
    [
      '--port',
      `127.0.0.1:${port}`,
      '--health',
      '/health',
      '--quiet',
      'posix',
      '--versioning-dir',
      join(home, 'versions'),
      data,
    ],
    {
      stdio: 'ignore',
      env: {
        PATH: process.env['PATH'],
        ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const endpoint = `http://127.0.0.1:${port}`;
  const answers = async () => (await fetch(`${endpoint}/health`).catch(() => null))?.ok === true;
  for (let tries = 0; !(await answers()); tries++) {
    if (child.exitCode !== null || tries > 400) throw new Error(`versitygw did not start (exit ${child.exitCode})`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  const region = 'us-east-1';
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  s3.destroy();
  return {
    endpoint,
    region,
    bucket,
    credentials,
    folder: join(data, bucket),
    stop: async () => {
      child.kill();
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
};
