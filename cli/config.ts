/** The environment, parsed once. Nothing else in Assay reads `process.env`. */
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { z } from 'zod';
import { ALERT_HOST } from '../activities/adapters/webhook/hosts.ts';
import { AssayError } from '../schemas/errors.ts';
import { isLoopback } from '../server/hosts.ts';
import type { OidcConfig } from '../server/identity/oidc.ts';
import { oidcOf } from './oidc-config.ts';
import { type Env, homeOf } from './paths.ts';
import { withoutForeign } from './stack/client-env.ts';
import { findStack } from './stack/stack.ts';

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.int().max(65_535));

/** Where people reach the server: scheme, host and port alone. */
const PublicUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => new URL(url).href === `${new URL(url).origin}/`, 'has more than scheme, host and port')
  .transform((url) => new URL(url).origin);

/** The variables Assay itself reads; Temporal's go through its envconfig, AWS's credential chain stays AWS's. */
const Variables = z.object({
  ASSAY_STACK: z.enum(['local', 'off']).optional(),
  ASSAY_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'not a bucket name')
    .default('assay'),
  ASSAY_HTTP_PORT: port.default(7400),
  ASSAY_HTTP_HOST: z.string().default('127.0.0.1'),
  ASSAY_HTTP_HOSTS: z
    .string()
    .transform((hosts) => hosts.split(',').map((host) => host.trim().toLowerCase()))
    .pipe(
      z.array(z.string().regex(/^([a-z0-9._-]+|\[[0-9a-f:]+\])$/, 'not host names without ports, with commas between')),
    )
    .default([]),
  ASSAY_REMOTES: z.string().optional(),
  ASSAY_SUBJECT_KEY: z.string().min(16, 'shorter than 16 characters').optional(),
  ASSAY_WEBHOOK_TOKEN: z.string().min(16, 'shorter than 16 characters').optional(),
  ASSAY_API_TOKEN: z.string().min(16, 'shorter than 16 characters').optional(),
  ASSAY_REWARD_TOKEN: z.string().min(16, 'shorter than 16 characters').optional(),
  ASSAY_SESSION_KEY: z.string().min(32, 'shorter than 32 characters').optional(),
  ASSAY_SIGNING_KEY: z.string().optional(),
  ASSAY_ALERT_KEY: z.string().min(16, 'shorter than 16 characters').optional(),
  ASSAY_ALERT_HOSTS: z
    .string()
    .transform((hosts) => hosts.split(',').map((host) => host.trim().toLowerCase()))
    .pipe(z.array(z.string().regex(ALERT_HOST, 'not hosts, or hosts with ports, with commas between')))
    .default([]),
  ASSAY_LINKS: z.enum(['on', 'off']).optional(),
  ASSAY_RATE_PER_SECOND: z.coerce.number().min(1).max(100_000).default(50),
  ASSAY_PUBLIC_URL: PublicUrl.optional(),
  ASSAY_HEARTBEAT_SECONDS: z.coerce.number().min(1).max(3600).default(30),
  ASSAY_TEMPORAL_UI_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8233'),
  ASSAY_HUB_URL: z.url({ protocol: /^https?$/ }).default('https://huggingface.co'),
  AWS_REGION: z.string().default('us-east-1'),
  AWS_ENDPOINT_URL_S3: z.url({ protocol: /^https?$/ }).optional(),
  AWS_ENDPOINT_URL: z.url({ protocol: /^https?$/ }).optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
});

export interface Config {
  /** True when it names a local stack. */
  readonly local: boolean;
  /** True when something says where the servers are: a running local stack or the environment. */
  readonly located: boolean;
  readonly home: string;
  /** For `Connection.connect` and `NativeConnection.connect`. */
  readonly temporal: {
    readonly connection: ClientConnectConfig['connectionOptions'];
    readonly address: string;
    readonly namespace: string;
  };
  readonly temporalUi: string;
  readonly s3: {
    readonly bucket: string;
    readonly region: string;
    /** Null for AWS itself. */
    readonly endpoint: string | null;
    /** Null: the SDK's own credential chain. */
    readonly credentials: {
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    } | null;
  };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Names besides loopback's under which clients reach the server. */
    readonly hosts: readonly string[];
  };
  /** Base URL of the HTTP API. */
  readonly api: string;
  /** Where people reach the server with a browser. */
  readonly origin: string;
  /** Key of the subject hash; null when none is configured, and then nothing that holds subjects may be read. */
  readonly subjectKey: string | null;
  readonly webhookToken: string | null;
  /** Bearer token of the HTTP API. */
  readonly apiToken: string | null;
  /** What the keys of session cookies and one-time links are derived from. */
  readonly sessionKey: string | null;
  /** Ed25519 private key of who publishes datasets: PEM, or the path of a file that holds it. */
  readonly signingKey: string | null;
  /** Key of the signature of alerts; null: none is posted. */
  readonly alertKey: string | null;
  /** Hosts that alerts may be posted to: `host`, or `host:port` for one that may be local. */
  readonly alertHosts: readonly string[];
  /** Whether one-time links are made and taken; told nothing, where no identity provider is configured. */
  readonly links: boolean;
  /** Null where no identity provider is configured. */
  readonly oidc: OidcConfig | null;
  /** Requests a second that one person or program may make. */
  readonly ratePerSecond: number;
  /** Token of trainers that ask for rewards, the API's where none is set; it may stand in a path. */
  readonly rewardToken: string | null;
  /** File that describes remote models. */
  readonly remotes: string | null;
  /** How long a lost worker may go unnoticed in the middle of an activity. */
  readonly heartbeatMs: number;
  /** Where `assay model pull` finds repositories. */
  readonly hub: string;
}

/** Naming one of these is naming servers: a running local stack then does not count. */
const NAMES_SERVERS = [
  'TEMPORAL_ADDRESS',
  'TEMPORAL_PROFILE',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL',
  'ASSAY_BUCKET',
];

/**
 * The environment as it counts: that of a running local stack, unless `env` names servers itself or says `ASSAY_STACK=off`.
 * Other AWS and Temporal variables are dropped with it: they belong to other servers.
 */
export const effectiveEnv = async (env: Env): Promise<Env> => {
  const names = NAMES_SERVERS.some((name) => (env[name] ?? '') !== '');
  const stack = names || env['ASSAY_STACK'] === 'off' ? null : await findStack(homeOf(env));
  return stack === null ? env : { ...withoutForeign(env), ...stack.env };
};

/** Reads the configuration from a running local stack or from the environment. Throws ASY-9006 naming the variable. */
export const loadConfig = async (env: Env = process.env): Promise<Config> => parseConfig(await effectiveEnv(env));

/** Parses an environment; nothing of it is looked up elsewhere but Temporal's configuration file. Throws ASY-9006. */
export const parseConfig = (env: Env): Config => {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Variables.safeParse(set);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AssayError('ASY-9006', { variable: String(issue?.path[0]), reason: issue?.message ?? 'not valid' });
  }
  const v = parsed.data;
  const local = v.ASSAY_STACK === 'local';
  const { connectionOptions, namespace } = temporalOf(set as Record<string, string>, local);
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  const api = `http://${inUrl(v.ASSAY_HTTP_HOST)}:${v.ASSAY_HTTP_PORT}`;
  const oidc = oidcOf(set as Record<string, string>);
  if (oidc !== null && v.ASSAY_PUBLIC_URL === undefined)
    throw new AssayError('ASY-9006', {
      variable: 'ASSAY_PUBLIC_URL',
      reason: 'not set: the identity provider must lead back',
    });
  return {
    local,
    located: local || set['ASSAY_STACK'] === 'off' || NAMES_SERVERS.some((name) => set[name] !== undefined),
    home: homeOf(set),
    temporal: { connection: { ...connectionOptions, address }, address, namespace: namespace ?? 'default' },
    temporalUi: v.ASSAY_TEMPORAL_UI_URL.replace(/\/$/, ''),
    s3: {
      bucket: v.ASSAY_BUCKET,
      region: v.AWS_REGION,
      endpoint: v.AWS_ENDPOINT_URL_S3 ?? v.AWS_ENDPOINT_URL ?? null,
      credentials: credentialsOf(v),
    },
    http: { host: v.ASSAY_HTTP_HOST, port: v.ASSAY_HTTP_PORT, hosts: hostsOf(v) },
    api,
    origin: v.ASSAY_PUBLIC_URL ?? api,
    subjectKey: v.ASSAY_SUBJECT_KEY ?? null,
    webhookToken: v.ASSAY_WEBHOOK_TOKEN ?? null,
    apiToken: v.ASSAY_API_TOKEN ?? null,
    sessionKey: v.ASSAY_SESSION_KEY ?? null,
    signingKey: v.ASSAY_SIGNING_KEY ?? null,
    alertKey: v.ASSAY_ALERT_KEY ?? null,
    alertHosts: v.ASSAY_ALERT_HOSTS,
    links: v.ASSAY_LINKS === undefined ? oidc === null : v.ASSAY_LINKS === 'on',
    oidc,
    ratePerSecond: v.ASSAY_RATE_PER_SECOND,
    rewardToken: v.ASSAY_REWARD_TOKEN ?? v.ASSAY_API_TOKEN ?? null,
    remotes: v.ASSAY_REMOTES ?? null,
    heartbeatMs: v.ASSAY_HEARTBEAT_SECONDS * 1000,
    hub: v.ASSAY_HUB_URL,
  };
};

/** A server that listens beyond loopback is reached by that address, and by its public name, even where no other is allowed. */
const hostsOf = (v: z.infer<typeof Variables>): readonly string[] => {
  const open = v.ASSAY_PUBLIC_URL === undefined ? [] : [new URL(v.ASSAY_PUBLIC_URL).hostname];
  const named = [inUrl(v.ASSAY_HTTP_HOST), ...open].map((host) => host.toLowerCase());
  return [...new Set([...named, ...v.ASSAY_HTTP_HOSTS])].filter((host) => !isLoopback(host));
};

/** An address of IPv6 stands in brackets in URLs and Host headers. */
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const credentialsOf = (v: z.infer<typeof Variables>): Config['s3']['credentials'] => {
  if (v.AWS_ACCESS_KEY_ID === undefined) return null;
  if (v.AWS_SECRET_ACCESS_KEY === undefined)
    throw new AssayError('ASY-9006', { variable: 'AWS_SECRET_ACCESS_KEY', reason: 'missing beside AWS_ACCESS_KEY_ID' });
  return {
    accessKeyId: v.AWS_ACCESS_KEY_ID,
    secretAccessKey: v.AWS_SECRET_ACCESS_KEY,
    ...(v.AWS_SESSION_TOKEN === undefined ? {} : { sessionToken: v.AWS_SESSION_TOKEN }),
  };
};

const temporalOf = (env: Record<string, string>, local: boolean): ClientConnectConfig => {
  try {
    // A profile in the user's Temporal configuration file may ask for TLS, which the local server does not speak.
    return loadClientConnectConfig({ overrideEnvVars: env, disableFile: local });
  } catch (error) {
    throw new AssayError('ASY-9006', { variable: 'TEMPORAL_*', reason: (error as Error).message }, { cause: error });
  }
};
