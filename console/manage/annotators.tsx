import { useMemo } from 'react';
import { Link } from 'wouter';
import { AnnotatorFigures, type Flag, type Scorecard, type VendorCard } from '../../schemas/scorecard.ts';
import { Figure } from '../charts/figure.tsx';
import { intervalChart } from '../charts/intervals.ts';
import { scatterChart } from '../charts/scatter.ts';
import { count, decimal, duration, percent, percentWithCi, shortId } from '../charts/words.ts';
import { Empty } from '../parts/empty.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { CoverageNote, Panel } from './panel.tsx';
import { Tiles } from './tiles.tsx';

const Flags = ({ flags }: { flags: readonly Flag[] }) => (
  <div className="flags">
    {flags.length === 0
      ? '–'
      : flags.map(({ flag, reason }) => (
          <span key={flag} className="chip warn" title={flag}>
            {reason}
          </span>
        ))}
  </div>
);

const shareCell = ({ value, ci, n }: Scorecard['checks']) => (n === 0 ? '–' : `${percentWithCi(value, ci)}, n ${n}`);

/** An annotator's short id; to admins the way to their profile. */
const Person = ({ subject, active }: { subject: string; active: boolean }) => {
  const { roles } = useSession();
  const words = `${shortId(subject)}${active ? '' : ' (inactive)'}`;
  return roles.includes('admin') ? (
    <Link to={`/manage/people?subject=${encodeURIComponent(subject)}`}>{words}</Link>
  ) : (
    words
  );
};

/** What people and vendors are both judged by. */
const quality: readonly Column<Scorecard | VendorCard>[] = [
  { name: 'Answers', number: true, cell: ({ votes }) => count(votes) },
  { name: 'Checks right', number: true, cell: ({ checks }) => shareCell(checks) },
  { name: 'Agrees with others', number: true, cell: ({ agreement }) => shareCell(agreement) },
  { name: 'For the first shown', number: true, cell: ({ first }) => shareCell(first) },
  { name: 'For the longer', number: true, cell: ({ longer }) => shareCell(longer) },
  { name: 'Severity', number: true, cell: ({ severity }) => decimal(severity) },
  { name: 'Time a vote', number: true, cell: ({ seconds }) => duration(seconds) },
];

const people: readonly Column<Scorecard>[] = [
  { name: 'Annotator', cell: ({ subject, active }) => <Person subject={subject} active={active} /> },
  { name: 'Vendor', cell: ({ vendor }) => vendor ?? '–' },
  { name: 'Flags', cell: ({ flags }) => <Flags flags={flags} /> },
  ...quality,
  { name: 'Reliability', number: true, cell: ({ reliability }) => percent(reliability) },
];
const companies: readonly Column<VendorCard>[] = [
  { name: 'Vendor', cell: ({ vendor }) => vendor ?? 'no vendor' },
  { name: 'Flags', cell: ({ flags }) => <Flags flags={flags} /> },
  { name: 'People', number: true, cell: ({ annotators }) => count(annotators) },
  { name: 'Share of answers', number: true, cell: ({ share }) => percent(share) },
  ...quality,
];

const Annotators = ({ annotators, vendors, concentration, coverage }: AnnotatorFigures) => {
  const flagged = annotators.filter(({ flags }) => flags.length > 0).length;
  const agreement = useMemo(
    () =>
      intervalChart(
        annotators.map(({ subject, agreement: { value, ci }, flags }) => ({
          name: shortId(subject),
          value,
          ci,
          flagged: flags.length > 0,
        })),
        { label: 'share of pairs of votes that agree', domain: [0, 1] },
      ),
    [annotators],
  );
  const side = useMemo(
    () =>
      intervalChart(
        annotators.map(({ subject, first: { value, ci }, flags }) => ({
          name: shortId(subject),
          value,
          ci,
          flagged: flags.some(({ flag }) => flag === 'side'),
        })),
        { label: 'share of votes for the response shown first', domain: [0, 1], at: 0.5 },
      ),
    [annotators],
  );
  const speed = useMemo(
    () =>
      scatterChart(
        annotators.map(({ subject, seconds, agreement: { value }, flags }) => ({
          name: shortId(subject),
          x: seconds,
          y: value,
          flagged: flags.some(({ flag }) => flag === 'speed'),
        })),
        { x: 'median seconds a vote (log)', y: 'agreement', logX: true, domainY: [0, 1] },
      ),
    [annotators],
  );
  const table = <Table caption="Annotators" rows={annotators} keyOf={({ subject }) => subject} columns={people} />;
  return (
    <>
      <CoverageNote {...coverage} />
      <Tiles
        figures={[
          ['Annotators', count(annotators.length)],
          ['With flags', count(flagged)],
          ['Concentration, people (HHI)', decimal(concentration.annotators)],
          ['Concentration, vendors (HHI)', decimal(concentration.vendors)],
        ]}
      />
      {table}
      <Table caption="Vendors" rows={vendors} keyOf={({ vendor }) => vendor ?? ''} columns={companies} />
      <div className="charts">
        <Figure
          title="Agreement with others"
          description={`Of ${annotators.length} annotators, each with the 95 % interval. Filled diamonds have a flag: ${flagged}.`}
          draw={agreement}
          table={table}
        />
        <Figure
          title="Side bias"
          description="How often the response shown first wins. Without bias it is a half: the dashed line. Diamonds are flagged for it."
          draw={side}
          table={table}
        />
        <Figure
          title="Speed and agreement"
          description="Fast votes that agree with nobody are guesses. Diamonds are flagged for their speed."
          draw={speed}
          table={table}
        />
      </div>
    </>
  );
};

/** People and vendors of a run: how well, how fast and how one-sidedly they vote. */
export const AnnotatorsPanel = ({ run }: { run: string }) => (
  <Panel of="annotators" run={run} schema={AnnotatorFigures}>
    {(figures) =>
      figures.annotators.length === 0 ? (
        <Empty title="No votes of people yet">Figures appear with the first votes.</Empty>
      ) : (
        <Annotators {...figures} />
      )
    }
  </Panel>
);
