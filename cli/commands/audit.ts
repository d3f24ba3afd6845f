/** `assay audit`: the log of decisions, and whether it is as it was written. */
import type { AuditEntry } from '../../schemas/audit.ts';
import { AssayError } from '../../schemas/errors.ts';
import { auditBundle } from '../../server/audit/bundle.ts';
import { createAuditReader } from '../../server/audit/objects.ts';
import { type AuditVerdict, verifyAudit } from '../../server/audit/verify.ts';
import type { Context, Register } from '../context.ts';
import { objectsOf } from '../objects.ts';
import { table } from '../output.ts';
import { writeTarFile } from '../tar-file.ts';

export const register: Register = (program, context) => {
  const audit = program.command('audit').description('the log of decisions');
  audit
    .command('ls')
    .description('who did what to what, oldest first, at most 1,000 entries')
    .option('--after <n>', 'only entries after the n-th', '0')
    .action(({ after }: { after: string }) => list(context, after));
  audit
    .command('verify')
    .description('follow the chain of hashes from the first entry to the last')
    .option('--head <n:hash>', 'the head that an earlier verify printed: finds what was cut off since')
    .action(({ head }: { head?: string }) => verify(context, head));
  audit
    .command('export')
    .description('everything that was decided and recorded, in one archive for somebody outside')
    .requiredOption('--out <file>', 'the archive to write, a .tar')
    .action(({ out }: { out: string }) => exportBundle(context, out));
};

const list = async (context: Context, after: string): Promise<void> => {
  if (!/^\d{1,15}$/.test(after)) throw new AssayError('ASY-9005', { reason: '--after: not a number of an entry' });
  const entries = await createAuditReader(objectsOf(await context.config())).after(Number(after));
  context.output.result({ entries }, () => (entries.length === 0 ? 'no entries' : table(entries.map(row))));
};

const row = ({ n, at, by, action, target }: AuditEntry) => [
  n,
  new Date(at).toISOString(),
  by,
  action,
  Object.entries(target)
    .map(([name, value]) => `${name}=${value}`)
    .join(' '),
];

const verify = async (context: Context, noted: string | undefined): Promise<void> => {
  const [, n, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(noted ?? '') ?? [];
  if (noted !== undefined && hash === undefined)
    throw new AssayError('ASY-9005', { reason: '--head: not N:HASH as `audit verify` prints it' });
  const head = hash === undefined ? null : { n: Number(n), hash };
  const verdict = await verifyAudit(objectsOf(await context.config()), head);
  context.output.result(verdict, human);
  if (!verdict.ok) context.exit(1);
};

/** A log that was tampered with is exported too: it is evidence. */
const exportBundle = async (context: Context, out: string): Promise<void> => {
  const objects = objectsOf(await context.config());
  const { ok, head, broken } = await verifyAudit(objects);
  const written = await writeTarFile(out, auditBundle(objects));
  const document = { file: out, ...written, ok, head, broken };
  context.output.result(document, ({ file, files, sha256 }) =>
    [
      `${file}: ${files} files, sha256 ${sha256}`,
      ok ? `log of decisions whole, head ${head.n}:${head.hash}` : `log broken at ${broken?.key}: ${broken?.reason}`,
      'check them with `sha256sum -c SHA256SUMS` where they are unpacked',
    ].join('\n'),
  );
  if (!ok) context.exit(1);
};

const human = ({ ok, entries, head, broken }: AuditVerdict): string =>
  ok
    ? `${entries} entries, each as it was written\nhead ${head.n}:${head.hash}`
    : `broken at ${broken?.key}: ${broken?.reason}\n${entries} entries before it are as they were written`;
