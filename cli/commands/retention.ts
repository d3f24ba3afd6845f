/** `assay retention`: what is kept how long, what is held, and the removal of the rest. */
import { basename } from 'node:path';
import { hashPerson } from '../../activities/item-builder.ts';
import { createCounts, fates } from '../../activities/retention/plan.ts';
import { openPolicy, parseRetention, putPolicy } from '../../activities/retention/policies.ts';
import { nextRetention } from '../../activities/retention/records.ts';
import type { Retention, RetentionCount, RetentionPolicy, RetentionRecord } from '../../schemas/retention.ts';
import { whenText } from '../../schemas/when.ts';
import { createAudit } from '../../server/audit/log.ts';
import { createRetentionRuns } from '../../server/retention.ts';
import type { Context, Register } from '../context.ts';
import { bytesNamed } from '../file-bytes.ts';
import { objectsOf } from '../objects.ts';
import { table } from '../output.ts';
import { personOf } from '../person.ts';
import { type Services, withServices } from '../services.ts';

export const register: Register = (program, context) => {
  const retention = program.command('retention').description('what is kept how long, and what is held');
  retention
    .command('put')
    .description('let a policy hold from here on, and run as often as it says')
    .argument('<file>', 'retention.yaml')
    .option('--by <name>', 'who decides', personOf(context))
    .action((file: string, { by }: { by: string }) => put(context, file, by));
  retention
    .command('show')
    .description('the policy that holds')
    .action(() => show(context));
  retention
    .command('run')
    .description('say what would go now and why the rest stays; with --apply remove it')
    .option('--apply', 'remove it, with every stored version')
    .action(({ apply }: { apply?: boolean }) => (apply === true ? remove(context) : plan(context)));
};

/** Keys printed of what would go. */
const LISTED = 20;

const runsOf = async ({ client, config }: Services) =>
  createRetentionRuns(await client(), { timing: { heartbeatMs: config.heartbeatMs } });

/** Here plain ids end: the stored policy knows people by their keyed hashes. */
const hashed = (policy: Retention, key: string): Retention => ({
  ...policy,
  holds: policy.holds.map((hold) => ({
    ...hold,
    subjects: hold.subjects.map((person) => hashPerson(key, person)),
  })),
});

const put = async (context: Context, file: string, by: string): Promise<void> => {
  const parsed = parseRetention((await bytesNamed(file)).toString('utf8'), basename(file));
  await withServices(await context.config(), async (services) => {
    const { objects, config } = services;
    const policy = { ...hashed(parsed, config.subjectKey ?? ''), by, at: new Date().toISOString() };
    // First what may be refused: a policy that cannot run as it says is not stored.
    await (await runsOf(services)).schedule(policy.when ?? null);
    const number = await putPolicy(objects, policy);
    await createAudit(objects).record({
      by: 'command-line',
      action: 'retention-put',
      target: { policy: String(number), rules: String(policy.rules.length), holds: String(policy.holds.length) },
    });
    context.output.result({ policy: number, ...policy }, () => policyText(number, policy));
  });
};

const show = async (context: Context): Promise<void> => {
  const { number, policy } = await openPolicy(objectsOf(await context.config()));
  context.output.result({ policy: number, ...policy }, () => policyText(number, policy));
};

const plan = async (context: Context): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const { number, policy } = await openPolicy(services.objects);
    const counts = createCounts();
    const keys: string[] = [];
    let going = 0;
    for await (const object of fates(services, policy, Date.now())) {
      counts.add(object);
      if (object.reason !== 'expired') continue;
      going++;
      if (keys.length < LISTED) keys.push(object.key);
    }
    context.output.result({ policy: number, applied: false, going, counts: counts.list(), keys }, (p) =>
      [
        countsText(p.counts),
        ...p.keys,
        ...(going > p.keys.length ? [`… and ${going - p.keys.length} more`] : []),
        `${going} objects would go; nothing was removed: \`assay retention run --apply\` removes them`,
      ].join('\n'),
    );
  });

const remove = async (context: Context): Promise<void> =>
  withServices(await context.config(), async (services) => {
    const { objects } = services;
    const record = await (await runsOf(services)).run(await nextRetention(objects));
    await objects.forget();
    await createAudit(objects).record({
      by: 'command-line',
      action: 'retain',
      target: { run: record.id, policy: String(record.policy), removed: String(record.removed) },
    });
    context.output.result({ ...record, applied: true }, recordText);
  });

const policyText = (number: number, { rules, holds, when, by, at }: RetentionPolicy): string =>
  [
    `policy ${number}, put by ${by} at ${at}, ${when === undefined ? 'run when somebody asks' : `run ${whenText(when)}`}`,
    table([
      ['rule', 'class', 'days', 'of', 'even if traced'],
      ...rules.map((rule, i) => [
        i + 1,
        rule.class,
        rule.days,
        ('drops' in rule ? rule.drops : 'datasets' in rule ? rule.datasets : undefined)?.join(' ') ?? 'all',
        'evenIfTraced' in rule && rule.evenIfTraced ? 'yes' : 'no',
      ]),
    ]),
    ...holds.map(
      ({ drops, datasets, subjects, reason, by: who }) =>
        `held: ${[...drops, ...datasets, ...subjects].join(' ')}, by ${who}: ${reason}`,
    ),
  ].join('\n');

const countsText = (counts: readonly RetentionCount[]): string =>
  table([
    ['class', 'rule', 'why', 'objects', 'bytes'],
    ...counts.map(({ class: of, rule, reason, objects, bytes }) => [of, rule ?? '–', reason, objects, bytes]),
  ]);

const recordText = ({ id, counts, removed, changed }: RetentionRecord): string =>
  [
    countsText(counts),
    `${removed} objects removed with all their versions; ${changed} were written again meanwhile and stay`,
    `what went, key by key: retention/runs/${id}/`,
  ].join('\n');
