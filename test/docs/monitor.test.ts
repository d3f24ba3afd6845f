import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { signatureOf } from '../../activities/adapters/webhook/poster.ts';
import { parseMonitors } from '../../activities/monitors-file.ts';
import { PipelineConfig } from '../../schemas/pipeline.ts';
import { scratch } from '../support/scratch.ts';

const page = readFileSync(new URL('../../docs/guides/monitor.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text]) => text ?? '');

describe('docs/guides/monitor.md', () => {
  const [monitors = '', pipeline = ''] = blocks('yaml');

  it('shows monitors that are monitors, and a pipeline that is one', () => {
    expect(parseMonitors(monitors, 'monitors.yaml').map(({ name }) => name)).toEqual(['labels', 'scores', 'probes']);
    expect(PipelineConfig.parse(parse(pipeline)).export.haltOn).toEqual(['labels']);
  });

  it('shows how to check a signature', async () => {
    const file = join(scratch(), 'receiver.mjs');
    writeFileSync(file, blocks('js')[0] ?? '');
    const receiver = (await import(pathToFileURL(file).href)) as {
      isOurs(signature: string, body: string, key: string, now?: number): boolean;
    };
    const [at, body, key] = [1_796_036_537_000, '{"alert":"labels/2"}', 'a-key-of-tests-only'];
    const signature = signatureOf(key, body, at / 1000);
    expect(signature).toContain(createHmac('sha256', key).update(`1796036537.${body}`).digest('hex'));
    expect(receiver.isOurs(signature, body, key, at + 1000)).toBe(true);
    expect(receiver.isOurs(signature, `${body} `, key, at)).toBe(false);
    expect(receiver.isOurs(signature, body, 'another key', at)).toBe(false);
    expect(receiver.isOurs(signature, body, key, at + 600_000)).toBe(false);
    expect(receiver.isOurs('t=1,v1=0', body, key, at)).toBe(false);
  });
});
