/** `assay dataset waive` and `waivers`: who lets exports of a dataset pass which rule, why, and until when. */
import type { Command } from 'commander';
import { inForce, waive, waiversOf } from '../../activities/dataset/waivers.ts';
import { createAudit } from '../../server/audit/log.ts';
import type { Context } from '../context.ts';
import { objectsOf } from '../objects.ts';
import { table } from '../output.ts';

interface Options {
  readonly rule: string;
  readonly by: string;
  readonly note: string;
  readonly until: string;
}

export const registerWaive = (dataset: Command, context: Context): void => {
  const { output } = context;
  dataset
    .command('waive')
    .description('let exports of a dataset pass a rule that its rows break, for a time')
    .argument('<name>')
    .requiredOption('--rule <rule>', 'purpose, consent or licence')
    .requiredOption('--by <name>', 'who decides')
    .requiredOption('--note <text>', 'why')
    .requiredOption('--until <date>', 'the last day on which it counts (UTC), or a time with its zone')
    .action(async (name: string, { rule, by, note, until }: Options) => {
      const objects = objectsOf(await context.config());
      const waiver = await waive(objects, { name, rule, by, note, until }, Date.now());
      const target = { dataset: name, waiver: String(waiver.number), rule, until: waiver.until };
      await createAudit(objects).record({ by: 'command-line', action: 'waive', target });
      output.result({ dataset: name, ...waiver }, (w) =>
        [
          `waiver ${w.number}: ${w.rule} may be broken by exports of ${w.dataset} until ${w.until}`,
          'It is in the manifest, the card and the lineage of every version that needs it.',
        ].join('\n'),
      );
    });
  dataset
    .command('waivers')
    .description('waivers of a dataset, oldest first')
    .argument('<name>')
    .action(async (name: string) => {
      const now = Date.now();
      const found = await waiversOf(objectsOf(await context.config()), name);
      const waivers = found.map((waiver) => ({ ...waiver, inForce: inForce(waiver, now) }));
      output.result({ dataset: name, waivers }, () =>
        waivers.length === 0
          ? 'no waivers'
          : table([
              ['n', 'rule', 'by', 'why', 'until', 'counts'],
              ...waivers.map((w) => [w.number, w.rule, w.by, w.note, w.until, w.inForce ? 'yes' : 'no, it has ended']),
            ]),
      );
    });
};
