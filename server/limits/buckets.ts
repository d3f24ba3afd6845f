/** Token buckets: how often somebody may ask. */

export interface Buckets {
  /** Seconds until this key has a token, 0 where it has one. */
  readonly wait: (key: string) => number;
  /** Takes a token, on credit where there is none: a key may owe as many as its bucket holds. */
  readonly take: (key: string) => void;
}

export interface BucketOptions {
  /** Tokens of a full bucket. */
  readonly burst: number;
  readonly perSecond: number;
  /** Keys remembered at most; the one used longest ago goes first, and then has a full bucket again. */
  readonly keys?: number;
  /** Milliseconds. */
  readonly now?: () => number;
}

export const createBuckets = ({ burst, perSecond, keys = 20_000, now = Date.now }: BucketOptions): Buckets => {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  const tokensOf = (key: string): number => {
    const bucket = buckets.get(key);
    return bucket === undefined ? burst : Math.min(burst, bucket.tokens + ((now() - bucket.at) / 1000) * perSecond);
  };
  return {
    wait: (key) => Math.max(0, Math.ceil((1 - tokensOf(key)) / perSecond)),
    take: (key) => {
      const tokens = Math.max(-burst, tokensOf(key) - 1);
      // Deleted first, so that keys stand in the order of their last use.
      buckets.delete(key);
      buckets.set(key, { tokens, at: now() });
      const [oldest] = buckets.keys();
      if (buckets.size > keys && oldest !== undefined) buckets.delete(oldest);
    },
  };
};
