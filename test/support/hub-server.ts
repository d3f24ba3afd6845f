/** A server that answers as a model hub does, with the faults a test asks for. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256 } from '../../models/hash.ts';

export interface HubServer {
  readonly url: string;
  readonly requests: readonly string[];
  /** Files by path; change them to change what is served. */
  readonly files: Map<string, Uint8Array>;
  /** Bytes after which the next answer with a body breaks off; one entry per fault. */
  readonly breakAfter: number[];
  /** States another hash than the bytes have. */
  lying: boolean;
  commit: string;
  close(): Promise<void>;
}

/** Serves `/<repository>/resolve/<any revision>/<path>`: large files by redirect with their hash, small ones at once. */
export const startHub = async (repository: string, files: ReadonlyMap<string, Uint8Array>): Promise<HubServer> => {
  const requests: string[] = [];
  const state = { lying: false, commit: 'c'.repeat(40) };
  const served = new Map(files);
  const breakAfter: number[] = [];

  const send = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': String(rest.length) });
    if (request.method === 'HEAD') return void response.end();
    const fault = breakAfter.shift();
    if (fault === undefined) return void response.end(rest);
    response.write(rest.subarray(0, fault), () => response.destroy());
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://hub');
    requests.push(`${request.method} ${pathname} ${request.headers.range ?? ''}`.trim());
    const [, kind, path = ''] =
      new RegExp(`^/(${repository}/resolve/[^/]+|moved/resolve/[^/]+|cdn)/(.+)$`).exec(pathname) ?? [];
    const bytes = served.get(path);
    if (kind === undefined || bytes === undefined) return void response.writeHead(404).end('not here');
    if (kind === 'cdn') return send(request, response, bytes);
    response.setHeader('x-repo-commit', state.commit);
    if (kind.startsWith('moved'))
      return void response.writeHead(307, { location: pathname.replace('/moved', `/${repository}`) }).end();
    if (!path.endsWith('.onnx')) return send(request, response, bytes);
    response.setHeader('x-linked-etag', `"${state.lying ? 'f'.repeat(64) : sha256(bytes)}"`);
    response.setHeader('x-linked-size', String(bytes.length));
    response.writeHead(302, { location: `http://${request.headers.host}/cdn/${path}` }).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    files: served,
    breakAfter,
    close: () =>
      new Promise<void>((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  });
};
