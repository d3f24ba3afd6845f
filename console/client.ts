/** How the console asks the server: JSON both ways, answers checked by the schemas the server writes them with. */
import { z } from 'zod';

/** What the server answers where it refuses; `code` is of the catalogue, and `ASY-0000` where the answer was none of ours. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fix: string;
  constructor(status: number, { code, message, fix }: Refusal) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.fix = fix;
  }
}

const Refusal = z.object({ code: z.string(), message: z.string(), fix: z.string().default('') });
type Refusal = z.infer<typeof Refusal>;

/** A request that reached no server at all: worth another try once the connection is back. */
export class OfflineError extends Error {
  constructor(cause: unknown) {
    super('no connection to the server', { cause });
    this.name = 'OfflineError';
  }
}

/** What a change answers that has nothing to say. */
export const Done = z.object({ ok: z.literal(true) });

let skew = 0;
/** Milliseconds since epoch by the server's clock, as its last answer told it: leases end by that one. */
export const serverNow = (): number => Date.now() + skew;

let signedOut: () => void = () => undefined;
/** Calls `listener` whenever an answer says that nobody is signed in (any more). */
export const onSignedOut = (listener: () => void): void => {
  signedOut = listener;
};

const ask = async <S extends z.ZodType>(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body: string | undefined,
  schema: S,
): Promise<z.infer<S>> => {
  const headers = { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await fetch(path, { method, headers, ...(body === undefined ? {} : { body }) }).catch(
    (error: unknown) => {
      throw new OfflineError(error);
    },
  );
  const said = Date.parse(answer.headers.get('date') ?? '');
  if (!Number.isNaN(said)) skew = said - Date.now();
  const json: unknown = await answer.json().catch(() => null);
  if (answer.ok) return schema.parse(json);
  if (answer.status === 401) signedOut();
  const refusal = Refusal.safeParse(json);
  throw new ApiError(
    answer.status,
    refusal.data ?? { code: 'ASY-0000', message: `the server answered ${answer.status}`, fix: 'try again' },
  );
};

/** Reads `path`. Throws ApiError where the server refuses, OfflineError where there is no connection, ZodError for another shape. */
export const get = <S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> =>
  ask('GET', path, undefined, schema);

/** Posts a value as JSON; a string goes as it is, so that a stored body is sent again byte by byte. */
export const post = <S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.infer<S>> =>
  ask('POST', path, typeof body === 'string' ? body : JSON.stringify(body), schema);

/** Puts a value as JSON. */
export const put = <S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.infer<S>> =>
  ask('PUT', path, JSON.stringify(body), schema);

/** A path's query from what is set. */
export const query = (values: Readonly<Record<string, string | undefined>>): string => {
  const set = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
};
