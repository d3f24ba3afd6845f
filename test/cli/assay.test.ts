import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../cli/paths.ts';
import { scratch, script } from '../support/scratch.ts';

const ASSAY = join(root, 'bin/assay');
const run = (args: string[], env: Record<string, string | undefined> = {}, command = ASSAY) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(
      command,
      args,
      { env: { ...process.env, ASSAY_HOME: scratch(), NO_COLOR: '1', ...env } },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

describe('bin/assay', () => {
  it('states its version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('leaves --version after a noun to the verb: a version of a model', async () => {
    const { code, stderr } = await run(['model', 'show', 'm', '--version', 'abc']);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ASY-9004/) as string });
  });

  it('runs through a link, from anywhere', async () => {
    const link = join(scratch(), 'assay');
    symlinkSync(ASSAY, link);
    expect(await run(['--version'], {}, link)).toMatchObject({ code: 0 });
  });

  it('passes over an old Node on PATH', async () => {
    const bin = scratch();
    script(join(bin, 'node'), 'exit 1');
    const tools = scratch();
    script(join(tools, 'node', 'v24.21.0', 'bin', 'node'), `exec ${process.execPath} "$@"`);
    const PATH = `${bin}:/usr/bin:/bin`;
    expect(await run(['--version'], { PATH, ASSAY_TOOLS_DIR: tools })).toMatchObject({ code: 0 });
    expect(await run(['--version'], { PATH, ASSAY_TOOLS_DIR: scratch() })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('make setup') as string,
    });
  });

  it.each([
    [['down', '--sideways'], 'unknown option'],
    [['sideways'], 'unknown command'],
    [['down', 'extra'], 'too many arguments'],
  ])('answers %j with exit code 2', async (args, words) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^ASY-9005 UsageWrong: /);
    expect(stderr).toContain(words);
  });

  it('prints a fault as a document too when asked for JSON', async () => {
    const { code, stdout } = await run(['down', '--sideways', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'ASY-9005' } });
  });

  it('has --json before and after the verb, and stopping nothing is no fault', async () => {
    const home = scratch();
    for (const args of [
      ['down', '--json'],
      ['--json', 'down'],
    ])
      expect(JSON.parse((await run(args, { ASSAY_HOME: home })).stdout)).toEqual({ home, stopped: false });
  });

  it('doctor exits 1 and says how to get what is missing', async () => {
    // Node only: neither PATH nor the tools folder has a server.
    const bin = scratch();
    for (const name of ['sh', 'dirname', 'readlink']) symlinkSync(join('/bin', name), join(bin, name));
    symlinkSync(process.execPath, join(bin, 'node'));
    const { code, stdout } = await run(['doctor', '--json'], { PATH: bin, ASSAY_TOOLS_DIR: scratch() });
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as {
      ok: boolean;
      tools: { name: string; path: string | null; problem: string | null }[];
      processes: unknown[];
    };
    expect(report).toMatchObject({ ok: false, processes: [] });
    expect(report.tools.filter(({ path }) => path === null).map(({ name }) => name)).toEqual([
      'temporal',
      'versitygw',
      'ffmpeg',
      'ffprobe',
      'chromium',
    ]);
    expect(report.tools.every(({ path, problem }) => (path === null) === (problem !== null))).toBe(true);
  });
});
