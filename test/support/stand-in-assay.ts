/**
 * Stands in for `cli/assay.ts` in stack tests: `serve` answers every request and writes what is posted to a file,
 * `worker` announces itself and waits. No Temporal or S3 client, so that the tests are about the supervisor.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { announceReady } from '../../cli/stack/ready.ts';

const env = process.env;
if (process.argv[2] === 'serve') {
  createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      if (request.method === 'POST')
        appendFileSync(join(env['ASSAY_HOME'] ?? '', 'posts.jsonl'), `${JSON.stringify({ url: request.url, body })}\n`);
      response.end('ok');
    });
  }).listen(Number(env['ASSAY_HTTP_PORT']), '127.0.0.1');
} else {
  announceReady();
  setInterval(() => undefined, 60_000);
}
