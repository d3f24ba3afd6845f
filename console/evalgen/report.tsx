import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Alignment, Study, StudyReport } from '../../schemas/evalgen.ts';
import { Figure } from '../charts/figure.tsx';
import { lineChart } from '../charts/lines.ts';
import { scatterChart } from '../charts/scatter.ts';
import { decimalWithCi, moment, percent, shortId } from '../charts/words.ts';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { reportQuery, studyPath } from './client.ts';

const FIGURES: readonly Column<Alignment>[] = [
  { name: 'Graded', number: true, cell: ({ n, bad }) => `${n}, ${bad} bad` },
  { name: 'Coverage', number: true, cell: ({ coverage }) => percent(coverage) },
  { name: 'False failures', number: true, cell: ({ falseFailureRate }) => percent(falseFailureRate) },
  { name: 'Alignment (95 %)', number: true, cell: ({ alignment, ci }) => decimalWithCi(alignment, ci) },
];

const Criterion = ({ criterion, chosen, candidates, alternatives, figures }: StudyReport['criteria'][number]) => {
  const draw = useMemo(
    () =>
      scatterChart(
        candidates.map(({ assertion, falseFailureRate, coverage }) => ({
          name: shortId(assertion),
          x: falseFailureRate,
          y: coverage,
          flagged: chosen.includes(assertion),
        })),
        { x: 'false failures', y: 'coverage', domainX: [0, 1], domainY: [0, 1] },
      ),
    [candidates, chosen],
  );
  const table = (
    <Table
      caption={`Candidates for ${criterion}`}
      rows={candidates}
      keyOf={({ assertion }) => assertion}
      columns={[
        { name: 'Assertion', cell: ({ assertion }) => <code>{shortId(assertion)}</code> },
        { name: 'Chosen', cell: ({ assertion }) => (chosen.includes(assertion) ? '✓' : '') },
        ...FIGURES,
        { name: 'Fault', cell: ({ fault }) => fault ?? '' },
      ]}
    />
  );
  return (
    <section className="stack" aria-label={criterion}>
      <h2>{criterion}</h2>
      {candidates.length === 0 ? (
        <p className="quiet">No assertion was proposed for it.</p>
      ) : (
        <>
          <p>
            {chosen.length === 0
              ? 'No assertion agrees with the grades.'
              : `Chosen: ${chosen.map(shortId).join(' and ')}, alignment ${decimalWithCi(figures?.alignment ?? null, figures?.ci ?? null)}.`}
          </p>
          {table}
          <div className="charts">
            <Figure
              title={`Candidates for ${criterion}`}
              description="Coverage is the share of bad outputs that fail; the best place is the upper left corner. Filled diamonds are chosen."
              draw={draw}
              table={table}
            />
            {alternatives.length > 0 && (
              <Table
                caption="Other sets, the best first"
                rows={alternatives}
                keyOf={({ assertions }) => assertions.join(' ')}
                columns={[
                  { name: 'Set', cell: ({ assertions }) => <code>{assertions.map(shortId).join(' ')}</code> },
                  ...FIGURES,
                ]}
              />
            )}
          </div>
        </>
      )}
    </section>
  );
};

const Drift = ({ drift }: { drift: StudyReport['drift'] }) => {
  const draw = useMemo(
    () =>
      lineChart(
        drift.windows.map(({ to, alignment, ci }) => ({ series: 'alignment', x: to, y: alignment, ci })),
        { x: 'grades given', y: 'alignment', domain: [0, 1] },
      ),
    [drift.windows],
  );
  return (
    <section className="stack" aria-label="Drift">
      <h2>Drift</h2>
      <div className="charts">
        {drift.windows.length > 0 && (
          <Figure
            title="Alignment over the order of grading"
            description={`What is chosen now, held against the grades as they were given, in ${drift.windows.length} windows. A line that falls away from the end says that criteria moved.`}
            draw={draw}
            table={
              <Table
                caption="Windows of grades"
                rows={drift.windows}
                keyOf={({ from }) => from}
                columns={[
                  { name: 'Grades', cell: ({ from, to }) => `${from + 1}–${to}` },
                  { name: 'Until', cell: ({ at }) => moment(at) },
                  ...FIGURES,
                ]}
              />
            }
          />
        )}
        <div className="stack">
          <Table
            caption="Grades that changed"
            rows={drift.changes}
            keyOf={({ criterion }) => criterion ?? ''}
            columns={[
              { name: 'Of', cell: ({ criterion }) => criterion ?? 'outputs as a whole' },
              { name: 'Grades', number: true, cell: ({ grades }) => grades },
              { name: 'Changed an earlier one', number: true, cell: ({ changed }) => changed },
            ]}
          />
          <Table
            caption="Criteria that were added or worded anew"
            rows={drift.criteria.map((change, i) => ({ ...change, i }))}
            keyOf={({ i }) => i}
            columns={[
              { name: 'Criterion', cell: ({ criterion }) => criterion },
              { name: 'What', cell: ({ what }) => (what === 'added' ? 'added' : 'worded anew') },
              { name: 'When', cell: ({ at }) => moment(at) },
              { name: 'After so many grades', number: true, cell: ({ grades }) => grades },
            ]}
          />
        </div>
      </div>
    </section>
  );
};

/** Which assertions agree with the grades, and how the grades moved. */
export const Report = ({ study }: { study: Study }) => {
  const [most, setMost] = useState(3);
  const report = useQuery(reportQuery(study.name, most));
  if (study.own.length === 0 && study.graded === 0)
    return <Empty title="Nothing graded yet">Grade some outputs first: assertions are chosen by grades.</Empty>;
  if (report.data === undefined) return <Pending query={report} what="Running assertions" />;
  const { criteria, overall, drift } = report.data;
  return (
    <div className="stack">
      <div className="row apart">
        <label className="row">
          <span className="quiet">Assertions a criterion, at most</span>
          <select value={most} onChange={(event) => setMost(Number(event.target.value))}>
            {[1, 2, 3, 4, 5].map((n) => (
              <option key={n}>{n}</option>
            ))}
          </select>
        </label>
        <a href={`${studyPath(study.name)}/annotations?most=${most}`} download>
          Download verdicts as a drop
        </a>
      </div>
      {overall !== null && (
        <p className="notice">
          All that is chosen together: coverage {percent(overall.coverage)}, false failures{' '}
          {percent(overall.falseFailureRate)}, alignment {decimalWithCi(overall.alignment, overall.ci)} over {overall.n}{' '}
          graded outputs.
        </p>
      )}
      {criteria.map((criterion) => (
        <Criterion key={criterion.criterion} {...criterion} />
      ))}
      <Drift drift={drift} />
    </div>
  );
};
