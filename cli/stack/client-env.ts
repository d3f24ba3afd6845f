/** The environment with which a client, the worker or the HTTP server finds a local stack. */
import type { Env } from '../paths.ts';
import type { Secrets } from './secrets.ts';
import type { Ports } from './state.ts';

export const BUCKET = 'assay';

export const urlsOf = (ports: Ports) => ({
  api: `http://127.0.0.1:${ports.http}`,
  s3: `http://127.0.0.1:${ports.s3}`,
  temporalUi: `http://127.0.0.1:${ports.ui}`,
});

/** Where OpenRLHF asks for rewards; the token is named, not shown. */
export const rewardUrlOf = (api: string): string => `${api}/reward/$ASSAY_REWARD_TOKEN/MODEL`;

export const clientEnv = (home: string, ports: Ports, secrets: Secrets): Record<string, string> => ({
  ASSAY_STACK: 'local',
  ASSAY_HOME: home,
  ASSAY_BUCKET: BUCKET,
  ASSAY_HTTP_PORT: String(ports.http),
  ASSAY_SUBJECT_KEY: secrets.subjectKey,
  ASSAY_WEBHOOK_TOKEN: secrets.webhookToken,
  ASSAY_API_TOKEN: secrets.apiToken,
  ...(secrets.rewardToken === undefined ? {} : { ASSAY_REWARD_TOKEN: secrets.rewardToken }),
  ...(secrets.sessionKey === undefined ? {} : { ASSAY_SESSION_KEY: secrets.sessionKey }),
  ASSAY_TEMPORAL_UI_URL: urlsOf(ports).temporalUi,
  AWS_ACCESS_KEY_ID: secrets.s3AccessKey,
  AWS_SECRET_ACCESS_KEY: secrets.s3SecretKey,
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_S3: urlsOf(ports).s3,
  TEMPORAL_ADDRESS: `127.0.0.1:${ports.temporal}`,
  TEMPORAL_NAMESPACE: 'default',
});

/** Variables of other Temporal and S3 servers: a session token or a TLS profile from them would spoil the local stack's connections. */
const FOREIGN = /^(TEMPORAL|AWS|VGW|ROOT)_/;

/** An environment without what points at other servers. */
export const withoutForeign = (env: Env): Record<string, string> => {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) if (value !== undefined && !FOREIGN.test(name)) own[name] = value;
  return own;
};
