import { keys } from '../schemas/keys.ts';
import type { ReportActivities } from './contract.ts';
import type { ObjectStore } from './ports.ts';

/** Puts a run's figures where the UI, the console and the command line find them. */
export const createReportActivities = ({ objects }: { readonly objects: ObjectStore }): ReportActivities => ({
  async writeReport({ report }) {
    await objects.put(keys.report(report.run), `${JSON.stringify(report, null, 2)}\n`, {
      contentType: 'application/json',
    });
  },
});
