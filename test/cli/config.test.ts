import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, parseConfig } from '../../cli/config.ts';
import { withoutForeign } from '../../cli/stack/client-env.ts';
import { scratch } from '../support/scratch.ts';

const bad = (env: Record<string, string>) => {
  try {
    parseConfig(env);
  } catch (error) {
    return error;
  }
  throw new Error('accepted');
};
/** Keeps the Temporal configuration of who runs the tests out of them. */
const NO_FILE = { TEMPORAL_CONFIG_FILE: join(scratch(), 'none.toml') };

describe('parseConfig', () => {
  it('has a default for everything but secrets', () => {
    expect(parseConfig(NO_FILE)).toMatchObject({
      local: false,
      temporal: { address: '127.0.0.1:7233', namespace: 'default' },
      s3: { bucket: 'assay', region: 'us-east-1', endpoint: null, credentials: null },
      http: { host: '127.0.0.1', port: 7400, hosts: [] },
      api: 'http://127.0.0.1:7400',
      subjectKey: null,
      webhookToken: null,
      apiToken: null,
      rewardToken: null,
      sessionKey: null,
      links: true,
      oidc: null,
      ratePerSecond: 50,
      origin: 'http://127.0.0.1:7400',
      remotes: null,
      alertKey: null,
      alertHosts: [],
    });
  });

  it('reads where alerts may be posted to', () => {
    const hosts = (value: string) => parseConfig({ ...NO_FILE, ASSAY_ALERT_HOSTS: value }).alertHosts;
    expect(hosts('Hooks.example.org, 127.0.0.1:9000,[fd00::1]:80')).toEqual([
      'hooks.example.org',
      '127.0.0.1:9000',
      '[fd00::1]:80',
    ]);
    for (const wrong of ['https://hooks.example.org', '*', 'a,,b', 'hooks.example.org/path', 'a:b'])
      expect(bad({ ...NO_FILE, ASSAY_ALERT_HOSTS: wrong })).toMatchObject({
        code: 'ASY-9006',
        details: { variable: 'ASSAY_ALERT_HOSTS' },
      });
  });

  it('reads the names a server has beside loopback; one that listens elsewhere has that address for one', () => {
    const hosts = (env: Record<string, string>) => parseConfig({ ...NO_FILE, ...env }).http.hosts;
    expect(hosts({ ASSAY_HTTP_HOSTS: 'Assay.internal, 10.0.0.5,[fd00::1]' })).toEqual([
      'assay.internal',
      '10.0.0.5',
      '[fd00::1]',
    ]);
    expect(hosts({ ASSAY_HTTP_HOST: '0.0.0.0' })).toEqual(['0.0.0.0']);
    // As a Host header and a URL have them.
    expect(hosts({ ASSAY_HTTP_HOST: 'Gpu-1.internal' })).toEqual(['gpu-1.internal']);
    expect(hosts({ ASSAY_HTTP_HOST: 'fd00::1' })).toEqual(['[fd00::1]']);
    expect(parseConfig({ ...NO_FILE, ASSAY_HTTP_HOST: 'fd00::1' }).api).toBe('http://[fd00::1]:7400');
    for (const wrong of ['assay.internal:7400', '*', 'a,,b', 'http://a'])
      expect(bad({ ...NO_FILE, ASSAY_HTTP_HOSTS: wrong })).toMatchObject({
        code: 'ASY-9006',
        details: { variable: 'ASSAY_HTTP_HOSTS' },
      });
  });

  it('is reached where it is said to be, and has that name', () => {
    const config = parseConfig({ ...NO_FILE, ASSAY_PUBLIC_URL: 'https://Assay.Example/' });
    expect(config).toMatchObject({ origin: 'https://assay.example', http: { hosts: ['assay.example'] } });
    // Loopback needs no name of its own: reads stay as open as they are there.
    expect(parseConfig({ ...NO_FILE, ASSAY_PUBLIC_URL: 'http://127.0.0.1:7400' }).http.hosts).toEqual([]);
    for (const wrong of ['https://a.example/assay', 'https://a.example/?x', 'ftp://a.example', 'https://u:p@a.example'])
      expect(bad({ ...NO_FILE, ASSAY_PUBLIC_URL: wrong })).toMatchObject({ details: { variable: 'ASSAY_PUBLIC_URL' } });
  });

  it('knows an identity provider by its issuer, and then makes no links unless told', () => {
    const env = {
      ...NO_FILE,
      ASSAY_PUBLIC_URL: 'https://assay.example',
      ASSAY_OIDC_ISSUER: 'https://id.example/realm',
      ASSAY_OIDC_CLIENT_ID: 'assay',
    };
    expect(parseConfig(env)).toMatchObject({
      links: false,
      oidc: {
        issuer: 'https://id.example/realm',
        clientSecret: null,
        scopes: 'openid profile',
        rolesClaim: 'roles',
        roles: ['annotator', 'reviewer', 'curator', 'admin', 'auditor'].map((role) => ({ value: role, role })),
        runsClaim: 'assay_runs',
        audience: null,
      },
    });
    expect(parseConfig({ ...env, ASSAY_LINKS: 'on' }).links).toBe(true);
    const rules = parseConfig({ ...env, ASSAY_OIDC_ROLES: 'labelers=annotator, cn=qa=reviewer,cn=qa=curator' }).oidc
      ?.roles;
    expect(rules).toEqual([
      { value: 'labelers', role: 'annotator' },
      { value: 'cn=qa', role: 'reviewer' },
      { value: 'cn=qa', role: 'curator' },
    ]);
    const { ASSAY_PUBLIC_URL: _, ...nowhere } = env;
    const { ASSAY_OIDC_CLIENT_ID: __, ...nobody } = env;
    for (const [wrong, variable] of [
      [nowhere, 'ASSAY_PUBLIC_URL'],
      [nobody, 'ASSAY_OIDC_CLIENT_ID'],
      [{ ...env, ASSAY_OIDC_ISSUER: 'http://id.example' }, 'ASSAY_OIDC_ISSUER'],
      [{ ...env, ASSAY_OIDC_ROLES: 'labelers=boss' }, 'ASSAY_OIDC_ROLES'],
      [{ ...env, ASSAY_OIDC_ROLES: '=admin' }, 'ASSAY_OIDC_ROLES'],
      [{ ...env, ASSAY_OIDC_SCOPES: 'profile' }, 'ASSAY_OIDC_SCOPES'],
    ] as const)
      expect(bad(wrong)).toMatchObject({ code: 'ASY-9006', details: { variable } });
  });

  it('trainers share the API token until they have their own', () => {
    const tokens = (env: Record<string, string>) => parseConfig({ ...NO_FILE, ...env }).rewardToken;
    const api = { ASSAY_API_TOKEN: 'a'.repeat(16) };
    expect(tokens(api)).toBe('a'.repeat(16));
    expect(tokens({ ...api, ASSAY_REWARD_TOKEN: 'r'.repeat(16) })).toBe('r'.repeat(16));
  });

  it('reads Temporal through its own rules and S3 from AWS variables', () => {
    const config = parseConfig({
      ...NO_FILE,
      TEMPORAL_ADDRESS: 'ns.tmprl.cloud:7233',
      TEMPORAL_NAMESPACE: 'ns',
      TEMPORAL_API_KEY: 'key',
      AWS_ENDPOINT_URL: 'http://all:1',
      AWS_ENDPOINT_URL_S3: 'http://s3:2',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SESSION_TOKEN: 'c',
    });
    expect(config.temporal).toMatchObject({
      address: 'ns.tmprl.cloud:7233',
      namespace: 'ns',
      connection: { apiKey: 'key', tls: true },
    });
    expect(config.s3).toMatchObject({
      endpoint: 'http://s3:2',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
    });
  });

  it('takes an empty variable for none', () => {
    expect(
      parseConfig({ ...NO_FILE, ASSAY_HTTP_PORT: '', AWS_ACCESS_KEY_ID: '', TEMPORAL_ADDRESS: '' }).http.port,
    ).toBe(7400);
  });

  it.each([
    ['ASSAY_HTTP_PORT', 'web'],
    ['ASSAY_HTTP_PORT', '70000'],
    ['ASSAY_BUCKET', 'Not A Bucket'],
    ['ASSAY_SUBJECT_KEY', 'short'],
    ['ASSAY_TEMPORAL_UI_URL', 'file:///etc/passwd'],
    ['AWS_ENDPOINT_URL_S3', 'localhost'],
    ['ASSAY_STACK', 'other'],
  ])('refuses %s=%s by name', (variable, value) => {
    expect(bad({ ...NO_FILE, [variable]: value })).toMatchObject({
      code: 'ASY-9006',
      message: expect.stringContaining(`${variable}: `) as string,
    });
  });

  it('refuses half a pair of keys, and does not print the other half', () => {
    const error = bad({ ...NO_FILE, AWS_ACCESS_KEY_ID: 'AKIA-VISIBLE' });
    expect(error).toMatchObject({ code: 'ASY-9006' });
    expect(String(error)).not.toContain('AKIA-VISIBLE');
  });
});

describe('loadConfig', () => {
  it('is the environment where no stack runs', async () => {
    const env = { ...NO_FILE, ASSAY_HOME: scratch(), ASSAY_BUCKET: 'mine' };
    expect(await loadConfig(env)).toEqual(parseConfig(env));
  });
});

describe('withoutForeign', () => {
  it('keeps what a process needs and drops what names other servers', () => {
    const env = {
      PATH: '/bin',
      ASSAY_HOME: '/h',
      AWS_PROFILE: 'x',
      TEMPORAL_API_KEY: 'x',
      VGW_PORT: 'x',
      ROOT_ACCESS_KEY_ID: 'x',
      NONE: undefined,
    };
    expect(withoutForeign(env)).toEqual({ PATH: '/bin', ASSAY_HOME: '/h' });
  });
});
