/** The processes of the local stack, as specs: HTTP server, S3 server, Temporal, worker. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { attributes } from '../../workflows/search-attributes.ts';
import { stackFiles } from '../paths.ts';
import { ensureBucket } from './bucket.ts';
import { clientEnv } from './client-env.ts';
import { answers, fileExists } from './probes.ts';
import type { ProcessSpec } from './process-spec.ts';
import type { Secrets } from './secrets.ts';
import type { Ports } from './state.ts';

/** Types of search attributes as the server's command line spells them. */
const SPELLED = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
} as const;

/**
 * The stock limits (10 Updates in flight, 2,000 in all) are Temporal Cloud's, and Assay keeps to them. Locally they are raised,
 * because one annotator's burst then is not refused. One server needs no partitions either: of the stock four, a task that waits in one
 * is found by a worker that asks at another only when it asks again, up to two seconds later.
 */
const DYNAMIC_CONFIG = {
  'history.maxInFlightUpdates': 1_000,
  'history.maxTotalUpdates': 20_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
} as const;

export interface Services {
  readonly home: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly tools: { readonly temporal: string; readonly versitygw: string };
  /** Command that runs the CLI, to which `serve` and `worker` are added. */
  readonly assay: readonly string[];
  /** Environment the children inherit. */
  readonly env: Readonly<Record<string, string>>;
}

export const services = (options: Services): ProcessSpec[] => [
  httpServer(options),
  s3Server(options),
  temporalServer(options),
  worker(options),
];

const httpServer = (options: Services): ProcessSpec => {
  const { home, ports, secrets } = options;
  const health = () => answers(`http://127.0.0.1:${ports.http}/health`, (status) => status < 500);
  return {
    name: 'server',
    ...assayCommand(options, ['serve']),
    env: { ...options.env, ...clientEnv(home, ports, secrets) },
    port: ports.http,
    ready: health,
    alive: health,
  };
};

const s3Server = ({ home, ports, secrets, tools, env }: Services): ProcessSpec => {
  const files = stackFiles(home);
  const url = `http://127.0.0.1:${ports.s3}`;
  const health = () => answers(`${url}/health`, (status) => status === 200);
  return {
    name: 's3',
    command: tools.versitygw,
    args: [
      '--port',
      `127.0.0.1:${ports.s3}`,
      '--health',
      '/health',
      '--quiet',
      'posix',
      '--versioning-dir',
      files.s3Versions,
      files.s3,
    ],
    env: {
      ...env,
      // By environment, not by flag: flags are shown to every user of the machine.
      ROOT_ACCESS_KEY_ID: secrets.s3AccessKey,
      ROOT_SECRET_ACCESS_KEY: secrets.s3SecretKey,
      VGW_EVENT_WEBHOOK_URL: `http://127.0.0.1:${ports.http}/events/s3/${secrets.webhookToken}`,
      VGW_EVENT_FILTER: files.eventFilter,
      VGW_REGION: 'us-east-1',
    },
    port: ports.s3,
    // It posts a test event when it starts and gives up if nobody answers.
    after: ['server'],
    prepare: async () => {
      for (const folder of [files.s3, files.s3Versions]) mkdirSync(folder, { recursive: true });
      writeFileSync(files.eventFilter, JSON.stringify({ 's3:ObjectCreated:*': true }));
    },
    ready: health,
    onReady: () => ensureBucket(clientEnv(home, ports, secrets)),
    alive: health,
  };
};

const temporalServer = ({ home, ports, tools, env }: Services): ProcessSpec => {
  // Through the UI's proxy: answers only when the UI, the frontend and the namespace are there.
  const health = () => answers(`http://127.0.0.1:${ports.ui}/api/v1/namespaces/default`, (status) => status === 200);
  const listen = [
    'server',
    'start-dev',
    '--ip',
    '127.0.0.1',
    '--port',
    `${ports.temporal}`,
    '--ui-port',
    `${ports.ui}`,
  ];
  const store = ['--db-filename', stackFiles(home).temporalDb, '--log-level', 'error'];
  const searchAttributes = Object.values(attributes).flatMap(({ name, type }) => [
    '--search-attribute',
    `${name}=${SPELLED[type]}`,
  ]);
  const limits = Object.entries(DYNAMIC_CONFIG).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${value}`,
  ]);
  return {
    name: 'temporal',
    command: tools.temporal,
    args: [...listen, ...store, ...searchAttributes, ...limits],
    env,
    port: ports.temporal,
    ready: health,
    alive: health,
  };
};

const worker = (options: Services): ProcessSpec => {
  const { home, ports, secrets } = options;
  const ready = stackFiles(home).ready('worker');
  return {
    name: 'worker',
    ...assayCommand(options, ['worker', '--queues', 'all']),
    // glibc gives each thread an arena of its own and returns little: with DuckDB's and ONNX Runtime's threads that adds up.
    env: { ...options.env, ...clientEnv(home, ports, secrets), ASSAY_READY_FILE: ready, MALLOC_ARENA_MAX: '2' },
    port: null,
    after: ['temporal', 's3'],
    prepare: async () => {
      mkdirSync(dirname(ready), { recursive: true });
      rmSync(ready, { force: true });
    },
    ready: () => fileExists(ready),
  };
};

const assayCommand = ({ assay: [command = process.execPath, ...first] }: Services, rest: readonly string[]) => ({
  command,
  args: [...first, ...rest],
});
