/** The routes that answer trainers: OpenRLHF's call, Open Inference Protocol v2, and the metrics of both. */
import { type Context, Hono } from 'hono';
import { timingSafeEqual } from 'hono/utils/buffer';
import { AssayError, type ErrorCode, isAssayError } from '../../schemas/errors.ts';
import { MAX_BODY, withinLimits } from './limits.ts';
import { checkOutputs, inferAnswer, modelMetadata, readInfer } from './oip.ts';
import { readQueries, rewardAnswer } from './openrlhf.ts';
import type { RewardMetrics, RewardProtocol, RewardService } from './ports.ts';

export interface RewardDeps {
  readonly service: RewardService;
  readonly metrics: RewardMetrics;
  /** Bearer tokens that may ask for scores; the first may stand in the path, for clients that send no headers. */
  readonly tokens: readonly [string, ...string[]];
  /** Whether metadata and metrics need a token too: where other machines reach the server. */
  readonly readsNeedToken: boolean;
  readonly log: (line: string) => void;
}

const STATUS: Partial<Record<ErrorCode, 400 | 404 | 409 | 413 | 429 | 502 | 503>> = {
  'ASY-1004': 400,
  'ASY-3001': 503,
  'ASY-5001': 404,
  'ASY-5006': 409,
  'ASY-5027': 400,
  'ASY-5028': 400,
  'ASY-5029': 429,
  'ASY-5030': 413,
  'ASY-5031': 503,
  'ASY-5032': 502,
  'ASY-5033': 502,
  'ASY-5034': 404,
  'ASY-5038': 400,
};

/** A client that went away: nobody reads this status (nginx's number for it). */
const GONE = 499;

/** Seconds after which to try again: a full queue of small texts is gone by then. */
const RETRY_AFTER = '1';

/** The body as JSON. Throws ASY-5030 as soon as it is longer than MAX_BODY, ASY-5028 where it is no JSON in UTF-8. */
const bodyOf = async ({ req }: Context): Promise<unknown> => {
  if (req.header('inference-header-content-length') !== undefined)
    throw new AssayError('ASY-5028', { where: 'body', reason: 'binary tensor data; only JSON is taken' });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let text = '';
  let bytes = 0;
  const reader = req.raw.body?.getReader();
  try {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      bytes += part.value.byteLength;
      if (bytes > MAX_BODY) throw tooLong();
      text += decoder.decode(part.value, { stream: true });
    }
    return withinLimits(JSON.parse(text + decoder.decode()));
  } catch (cause) {
    if (isAssayError(cause)) throw cause;
    throw new AssayError('ASY-5028', { where: 'body', reason: 'not JSON in UTF-8' }, { cause });
  }
};

const tooLong = (): AssayError =>
  new AssayError('ASY-5030', { what: `more than ${MAX_BODY} bytes`, limit: `${MAX_BODY} bytes` });

/** `/reward/…`, `/v2/…` and `/metrics`. Faults keep their code; nothing of a text is logged or sent back. */
export const createRewardRoutes = ({ service, metrics, tokens, readsNeedToken, log }: RewardDeps) => {
  const authorised = async (given: string, among: readonly string[]): Promise<boolean> => {
    const matches = await Promise.all(among.map((token) => timingSafeEqual(given, token)));
    return matches.includes(true);
  };

  /** A fault as the protocol words it. */
  const refuse = (c: Context, protocol: RewardProtocol, error: unknown) => {
    if (c.req.raw.signal.aborted) return new Response(null, { status: GONE });
    const fault = isAssayError(error) ? error : null;
    const status = fault === null ? 500 : (STATUS[fault.code] ?? 500);
    // The path may hold a token.
    if (status === 500)
      log(`error ${protocol}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    metrics.rejected(fault?.code ?? 'ASY-0000');
    const { code, message, fix } = fault ?? { code: 'ASY-0000', message: 'internal error', fix: 'see the server log' };
    const headers = fault?.retry === true ? { 'retry-after': RETRY_AFTER } : undefined;
    const body = protocol === 'oip' ? { error: `${code} ${message}` } : { code, message, fix };
    return c.json(body, { status, ...(headers === undefined ? {} : { headers }) });
  };

  /** Runs a handler under the bounds, timed; its faults become answers. */
  const scoring =
    (protocol: RewardProtocol, handle: (c: Context) => Promise<Response>) =>
    async (c: Context): Promise<Response> => {
      const began = performance.now();
      // A body of unstated length counts as the longest.
      const stated = Number(c.req.header('content-length') ?? MAX_BODY) || MAX_BODY;
      let release: (() => void) | undefined;
      const answer = await (async () => {
        try {
          if (stated > MAX_BODY) throw tooLong();
          release = service.admit(stated);
          return await handle(c);
        } catch (error) {
          return refuse(c, protocol, error);
        } finally {
          release?.();
        }
      })();
      metrics.request(protocol, answer.status, (performance.now() - began) / 1000);
      return answer;
    };

  const rewards = async (c: Context): Promise<Response> => {
    const model = await service.model(c.req.param('model') ?? '', c.req.query('version'));
    const inputs = readQueries(await bodyOf(c), c.req.queries('end'));
    return c.json(rewardAnswer(await model.score(inputs, c.req.raw.signal), model.model, model.version));
  };
  const infer = async (c: Context): Promise<Response> => {
    const model = await service.model(c.req.param('model') ?? '', c.req.param('version'));
    const { id, inputs, outputs } = readInfer(await bodyOf(c));
    const names = checkOutputs(model, outputs);
    return c.json(inferAnswer(model, id, names, await model.score(inputs, c.req.raw.signal)));
  };
  const metadata = async (c: Context): Promise<Response> =>
    c.json(modelMetadata(await service.model(c.req.param('model') ?? '', c.req.param('version'))));
  const modelReady = async (c: Context): Promise<Response> => {
    const { model } = await service.model(c.req.param('model') ?? '', c.req.param('version'));
    return c.json({ name: model, ready: true });
  };
  const answered =
    (handle: (c: Context) => Promise<Response>) =>
    async (c: Context): Promise<Response> => {
      try {
        return await handle(c);
      } catch (error) {
        return refuse(c, 'oip', error);
      }
    };

  const bearerOf = (c: Context): string => (c.req.header('authorization') ?? '').replace(/^Bearer /, '');
  const guard = async (c: Context, next: () => Promise<void>) => {
    const read = c.req.method === 'GET' || c.req.method === 'HEAD';
    if ((read && !readsNeedToken) || (await authorised(bearerOf(c), tokens))) return next();
    return c.json({ error: 'unauthorized' }, 401);
  };

  return new Hono()
    .post('/reward/:model', guard, scoring('openrlhf', rewards))
    .post('/reward/:token/:model', async (c) => {
      if (!(await authorised(c.req.param('token'), tokens.slice(0, 1)))) return c.text('not found', 404);
      return scoring('openrlhf', rewards)(c);
    })
    .get('/v2/health/live', (c) => c.json({ live: true }))
    .get(
      '/v2/health/ready',
      answered(async (c) => {
        await service.ready();
        return c.json({ ready: true });
      }),
    )
    .get('/v2', (c) => c.json({ name: 'assay', version: '2', extensions: [] }))
    .use('/v2/models/*', guard)
    .get('/v2/models/:model', answered(metadata))
    .get('/v2/models/:model/ready', answered(modelReady))
    .get('/v2/models/:model/versions/:version', answered(metadata))
    .get('/v2/models/:model/versions/:version/ready', answered(modelReady))
    .post('/v2/models/:model/infer', scoring('oip', infer))
    .post('/v2/models/:model/versions/:version/infer', scoring('oip', infer))
    .get('/metrics', guard, async (c) => {
      const { body, type } = await metrics.text();
      return c.body(body, 200, { 'content-type': type });
    });
};
