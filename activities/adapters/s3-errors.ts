import { AssayError } from '../../schemas/errors.ts';

interface Fault {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly errors?: readonly unknown[];
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const statusOf = (error: unknown): number | undefined => (error as Fault | null)?.$metadata?.httpStatusCode;

/** The object is not there (and not: the bucket is not there). */
export const isMissing = (error: unknown): boolean =>
  (error as Fault | null)?.name === 'NoSuchKey' ||
  (statusOf(error) === 404 && (error as Fault).name !== 'NoSuchBucket');

/** If-None-Match or If-Match did not hold. */
export const isPreconditionFailed = (error: unknown): boolean => statusOf(error) === 412;

/** Two conditional writes met; S3 asks to send the request again. */
export const isConditionalConflict = (error: unknown): boolean =>
  statusOf(error) === 409 && (error as Fault).name === 'ConditionalRequestConflict';

/** Whether the same request may succeed in a moment: no answer, or an answer of 5xx. */
export const isPassing = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 429;
};

/** The SDK's error as one of the catalogue: ASY-3002 for a missing object, else ASY-3001 with the server's own words. */
export const storageError = (error: unknown, endpoint: string, key: string): AssayError => {
  if (error instanceof AssayError) return error;
  if (isMissing(error)) return new AssayError('ASY-3002', { key }, { cause: error });
  return new AssayError('ASY-3001', { endpoint, reason: reasonOf(error as Fault | null) }, { cause: error });
};

const reasonOf = (error: Fault | null): string => {
  const inner = error?.errors?.[0] as Fault | undefined;
  const words = [error?.code ?? inner?.code ?? error?.name, error?.message || inner?.message].filter(
    (word) => typeof word === 'string' && word !== '',
  );
  return words.length === 0 ? 'no answer' : [...new Set(words)].join(': ');
};
