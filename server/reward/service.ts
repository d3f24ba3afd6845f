/** Models opened when first asked for, each behind its own queue, under one bound for all. */
import { AssayError } from '../../schemas/errors.ts';
import { createBatcher } from './batcher.ts';
import type { RewardInput, RewardMetrics, RewardRegistry, RewardService, ServedModel } from './ports.ts';

export interface ServiceOptions {
  /** Texts in one batch. */
  readonly maxBatch?: number;
  /** Milliseconds a lone text waits for company. */
  readonly maxWaitMs?: number;
  /** Texts that may wait, over all models. */
  readonly maxWaiting?: number;
  /** Bytes of bodies that may be under way at once. */
  readonly maxBytes?: number;
  /** Models kept open; the one unused for longest is let go. */
  readonly maxModels?: number;
  /** How old the knowledge of which version is promoted may be. */
  readonly promotedForMs?: number;
  /** Milliseconds from any start. */
  readonly now?: () => number;
}

interface Opened {
  readonly served: Promise<ServedModel>;
  readonly idle: () => Promise<void>;
}

interface Promoted {
  readonly version: Promise<string>;
  readonly at: number;
}

/** Asked once of every version before it serves. */
const PROBE: RewardInput = { prompt: 'Are you ready?', response: 'Yes.', language: null };

/** The service behind the reward routes. */
export const createRewardService = (
  registry: RewardRegistry,
  metrics: Pick<RewardMetrics, 'batch' | 'waiting'>,
  {
    maxBatch = 256,
    maxWaitMs = 2,
    maxWaiting = 8192,
    maxBytes = 128 * 1024 * 1024,
    maxModels = 8,
    promotedForMs = 10_000,
    now = () => performance.now(),
  }: ServiceOptions = {},
): RewardService => {
  const opened = new Map<string, Opened>();
  const promoted = new Map<string, Promoted>();
  const closing = new Set<Promise<void>>();
  let waiting = 0;
  let bytesUnderWay = 0;
  let stopping = false;

  const open = (name: string, version: string): Opened => {
    const opening = registry.open(name, version);
    const batcher = createBatcher({
      score: async (inputs, signal) => (await opening).score(inputs, { signal }),
      maxBatch,
      maxWaitMs,
      onBatch: metrics.batch,
      onWaiting: (change) => metrics.waiting((waiting += change)),
    });
    const probe = async (): Promise<ServedModel> => {
      const model = await opening;
      const [answer] = await model.score([PROBE]);
      if (answer === undefined || !Number.isFinite(answer.value))
        throw new AssayError('ASY-5005', { what: `the answer of ${name} ${version} to a first text` });
      return {
        model: model.model,
        version: model.version,
        outputs: {
          std: answer.std !== null,
          ood: answer.ood !== null,
          probability: answer.probability !== null,
          aspects: Object.keys(answer.aspects ?? {}),
        },
        score: async (inputs, signal) => {
          if (stopping) throw new AssayError('ASY-5031');
          if (waiting + inputs.length > maxWaiting) throw new AssayError('ASY-5029', { waiting });
          return batcher.submit(inputs, signal);
        },
      };
    };
    return { served: probe(), idle: batcher.idle };
  };

  /** The opened version, made the one used last; a failed opening is forgotten, so that the next request tries again. */
  const serve = (name: string, version: string): Promise<ServedModel> => {
    const key = `${name} ${version}`;
    const known = opened.get(key) ?? open(name, version);
    opened.delete(key);
    opened.set(key, known);
    // Only one that answers may take another's place: names that are no models push nothing out.
    known.served.then(evict, () => opened.delete(key));
    return known.served;
  };

  const evict = (): void => {
    const [oldest] = opened.keys();
    if (opened.size <= maxModels || oldest === undefined) return;
    const gone = opened.get(oldest)?.idle() ?? Promise.resolve();
    opened.delete(oldest);
    closing.add(gone);
    void gone.finally(() => closing.delete(gone));
  };

  /** The promoted version as last known. An old answer serves while a newer one is fetched: promotion makes nobody wait. */
  const current = (name: string): Promise<string> => {
    const known = promoted.get(name);
    if (known !== undefined && now() - known.at < promotedForMs) return known.version;
    const fetched = (async () => {
      const version = await registry.promoted(name);
      // Opened before anybody is sent to it.
      if (known !== undefined) await serve(name, version);
      return version;
    })();
    if (known === undefined) {
      promoted.set(name, { version: fetched, at: now() });
      fetched.catch(() => promoted.delete(name));
      return fetched;
    }
    promoted.set(name, { version: known.version, at: now() });
    fetched.then(
      (version) => promoted.set(name, { version: Promise.resolve(version), at: now() }),
      // The version that serves goes on serving; the next look-up comes when this one is as old.
      () => undefined,
    );
    return known.version;
  };

  return {
    model: async (name, version) => {
      if (stopping) throw new AssayError('ASY-5031');
      return serve(name, version ?? (await current(name)));
    },
    ready: async () => {
      if (stopping) throw new AssayError('ASY-5031');
      await registry.reachable();
    },
    admit: (bytes) => {
      if (bytesUnderWay + bytes > maxBytes) throw new AssayError('ASY-5029', { waiting });
      bytesUnderWay += bytes;
      return () => {
        bytesUnderWay -= bytes;
      };
    },
    drain: async () => {
      stopping = true;
      await Promise.all([...[...opened.values()].map(({ idle }) => idle()), ...closing]);
    },
  };
};
