/** Secrets of one local stack: generated once, readable by their owner only. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Env, stackFiles } from '../paths.ts';
import { writeAtomically } from './state.ts';

export const Secrets = z.object({
  s3AccessKey: z.string(),
  s3SecretKey: z.string(),
  /** Key of the subject hash: who holds it can link rows of one person. */
  subjectKey: z.string(),
  /** Part of the webhook's path, so that only the S3 server can post events. */
  webhookToken: z.string(),
  /** Bearer token of the HTTP API. */
  apiToken: z.string(),
  /** Token that stands in the path of OpenRLHF's reward URL, good for rewards only; none while a stack of an older version runs. */
  rewardToken: z.string().optional(),
  /** What the keys of session cookies and one-time links are derived from; none while a stack of an older version runs. */
  sessionKey: z.string().optional(),
});
export type Secrets = z.infer<typeof Secrets>;

/** The stack's secrets, or null before the first `assay up`. */
export const readSecrets = (home: string): Secrets | null => Secrets.safeParse(readStored(home)).data ?? null;

/** What is stored, perhaps by an older version that knew fewer: a key that exists is never made anew. */
const readStored = (home: string): Partial<Secrets> | null => {
  try {
    return Secrets.partial().parse(JSON.parse(readFileSync(stackFiles(home).secrets, 'utf8')));
  } catch {
    return null;
  }
};

/** The stack's secrets, made when there are none. `ASSAY_SUBJECT_KEY` replaces the stored subject key, so that clients use it too. */
export const ensureSecrets = (home: string, env: Env): Secrets => {
  const stored = readStored(home);
  const secrets: Secrets = {
    s3AccessKey: stored?.s3AccessKey ?? `assay${randomBytes(8).toString('hex')}`,
    s3SecretKey: stored?.s3SecretKey ?? randomBytes(32).toString('hex'),
    subjectKey: env['ASSAY_SUBJECT_KEY'] ?? stored?.subjectKey ?? randomBytes(32).toString('hex'),
    webhookToken: stored?.webhookToken ?? randomBytes(24).toString('hex'),
    apiToken: stored?.apiToken ?? randomBytes(24).toString('hex'),
    rewardToken: stored?.rewardToken ?? randomBytes(24).toString('hex'),
    sessionKey: stored?.sessionKey ?? randomBytes(32).toString('hex'),
  };
  if (JSON.stringify(stored) !== JSON.stringify(secrets))
    writeAtomically(stackFiles(home).secrets, `${JSON.stringify(secrets, null, 2)}\n`, 0o600);
  return secrets;
};
