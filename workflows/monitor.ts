import {
  ActivityFailure,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Look } from '../activities/contract.ts';
import { significant } from '../schemas/significant.ts';
import { alerting, monitoring } from './activities.ts';
import { plain, range, table } from './details.ts';
import { attributes } from './search-attributes.ts';
import type { Timing } from './timing.ts';

export type MonitorInput = {
  readonly monitor: string;
  /** Where links in the details lead. */
  readonly links?: { readonly api: string };
  readonly timing?: Timing;
};

/** What a look came to; `delivery`: what came of its alert, null where none was to be posted. */
export type MonitorResult = Omit<Look, 'toSend'> & { readonly delivery: string | null };

/**
 * One look: read and write down, then post the alert where one stands that nobody was told of. A red reading is a result and no
 * failure; an alert that cannot be posted is noted as such, and the next look does not try again.
 */
export async function monitor({ monitor: name, links, timing }: MonitorInput): Promise<MonitorResult> {
  const { sendAlert, noteDelivery } = alerting(timing);
  const { toSend, ...look } = await monitoring(timing).takeReading({ monitor: name, look: workflowInfo().runId });
  const show = (delivery: string | null) => setCurrentDetails(details(name, look, delivery, links));
  upsertSearchAttributes([{ key: attributes.stage, value: look.reading.state }]);
  if (!toSend || look.alert === null) {
    show(null);
    return { ...look, delivery: null };
  }
  const { n: alert } = look.alert;
  show('is being posted');
  const reason = await refusal(() => sendAlert({ monitor: name, alert }));
  await noteDelivery({ monitor: name, alert, reason });
  const delivery = reason === null ? 'delivered' : `not delivered: ${reason}`;
  show(delivery);
  return { ...look, delivery };
}

/** Why an alert could not be posted; null where it was. */
const refusal = async (post: () => Promise<void>): Promise<string | null> => {
  try {
    await post();
    return null;
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
    return error.cause?.message ?? error.message;
  }
};

/** What a reviewer sees in the Temporal UI. */
const details = (
  name: string,
  { number, at, reading: { state, reason, figures }, alert }: Omit<Look, 'toSend'>,
  delivery: string | null,
  links: MonitorInput['links'],
): string =>
  [
    `**${state}**: ${plain(reason, 1000)}`,
    figures.length > 0 &&
      table(
        ['figure', 'value', 'interval', 'n', 'limit'],
        figures.map((f) => [f.name, significant(f.value), range(f.ci), f.n, f.limit]),
      ),
    alert !== null && `**Alert ${plain(name)}/${alert.n}** since ${alert.since}${toldOf(alert, delivery)}`,
    `Reading ${number} of ${at}${links === undefined ? '' : ` · [its page](${links.api}/console/manage/monitors/${name})`}`,
  ]
    .filter(Boolean)
    .join('\n\n');

const toldOf = ({ acknowledged }: NonNullable<Look['alert']>, delivery: string | null): string => {
  const ack = acknowledged === null ? '' : `, acknowledged by ${plain(acknowledged.by)}: ${plain(acknowledged.note)}`;
  return `${ack}${delivery === null ? '' : `; ${plain(delivery, 1000)}`}`;
};
