/** `assay erase`: takes one person out of everything, and proves it. */
import { nextErasure } from '../../activities/erase.ts';
import { checkProof } from '../../activities/erasure/proof.ts';
import { hashPerson } from '../../activities/item-builder.ts';
import type { ErasureReport } from '../../schemas/erasure.ts';
import { AssayError } from '../../schemas/errors.ts';
import { createAudit } from '../../server/audit/log.ts';
import { createErasures } from '../../server/erasures.ts';
import type { Context, Register } from '../context.ts';
import { table } from '../output.ts';
import { withServices } from '../services.ts';

interface EraseOptions {
  readonly subject?: string;
  readonly check?: string;
}

export const register: Register = (program, context) => {
  program
    .command('erase')
    .description('take one person out of drops, tables, datasets and heads, and prove it')
    .option('--subject <id>', 'the id as the data write it, or its hash sub_…')
    .option('--check <id>', 'hold the bucket against the proof of an erasure')
    .action(({ subject, check }: EraseOptions) => {
      if ((subject === undefined) === (check === undefined))
        throw new AssayError('ASY-9005', { reason: 'give --subject or --check' });
      return check === undefined ? erase(context, subject ?? '') : checked(context, check);
    });
};

const erase = async (context: Context, person: string): Promise<void> =>
  withServices(await context.config(), async ({ objects, client, config }) => {
    // Here the plain id ends: workflows, logs and the proof know its keyed hash.
    const hash = hashPerson(config.subjectKey ?? '', person);
    const erasures = createErasures(await client(), {
      links: { api: config.api },
      timing: { heartbeatMs: config.heartbeatMs },
    });
    const report = await erasures.erase({ id: await nextErasure(objects, hash), subject: hash });
    await objects.forget();
    const target = { erasure: report.id, ...withdrawnNames(report) };
    await createAudit(objects).record({ by: 'command-line', action: 'erase', target });
    context.output.result(report, text);
  });

/** Audit entries hold short texts. */
const withdrawnNames = ({ datasets }: ErasureReport): Record<string, string> =>
  datasets.length === 0
    ? {}
    : {
        datasets: datasets
          .map(({ name, withdrawn }) => `${name}@${withdrawn}`)
          .join(' ')
          .slice(0, 500),
      };

const text = ({ id, reached, datasets, models, proof }: ErasureReport): string =>
  [
    `erasure ${id}`,
    table([['reached', 'n'], ...Object.entries(reached)]),
    ...datasets.map((d) => `dataset ${d.name} ${d.withdrawn} withdrawn, ${d.version ?? 'nothing'} in its place`),
    ...models.map((m) => `head ${m.name} ${m.withdrawn}: ${m.why}`),
    `proof ${proof}`,
  ].join('\n');

const checked = async (context: Context, id: string): Promise<void> =>
  withServices(await context.config(), async ({ objects }) => {
    const verdict = await checkProof(objects, id);
    context.output.result(verdict, ({ ok, checked: n, mismatched }) =>
      ok ? `${n} places, each as the proof says` : `not as the proof says: ${mismatched.join(', ')}`,
    );
    if (!verdict.ok) context.exit(1);
  });
