/** A picture and the one made of it without faces name each other, each by an empty object among its renditions: erasure goes by them. */
const link = (prefix: string) => ({
  name: (sha256: string): string => `${prefix}${sha256}`,
  /** The hash in the name of a rendition; null for another rendition. */
  hashIn: (name: string): string | null => (name.startsWith(prefix) ? name.slice(prefix.length) : null),
});

export const REDACTED_TO = link('redacted-to-');
export const REDACTED_FROM = link('redacted-from-');
