import { useMemo } from 'react';
import { AgreementFigures, type AgreementLine } from '../../schemas/scorecard.ts';
import { Figure } from '../charts/figure.tsx';
import { intervalChart } from '../charts/intervals.ts';
import { lineChart } from '../charts/lines.ts';
import { count, decimalWithCi, percent } from '../charts/words.ts';
import { Empty } from '../parts/empty.tsx';
import { Table } from '../parts/table.tsx';
import { CoverageNote, Panel } from './panel.tsx';

const questionOf = ({ task, aspect }: AgreementLine): string => (aspect === null ? task : `${task}: ${aspect}`);

const LinesTable = ({
  caption,
  part,
  lines,
}: {
  caption: string;
  part: string | null;
  lines: readonly AgreementLine[];
}) => (
  <Table
    caption={caption}
    rows={lines}
    keyOf={(line) => `${questionOf(line)} ${line.part ?? ''}`}
    columns={[
      { name: 'Question', cell: questionOf },
      ...(part === null ? [] : [{ name: part, cell: (line: AgreementLine) => line.part ?? 'not stated' }]),
      { name: 'Krippendorff’s α (95 %)', number: true, cell: ({ alpha, ci }) => decimalWithCi(alpha, ci) },
      { name: 'Level', cell: ({ level }) => level },
      { name: 'Agreeing pairs', number: true, cell: (line) => percent(line.percent) },
      { name: 'Questions', number: true, cell: ({ labels }) => count(labels) },
      { name: 'Votes', number: true, cell: ({ votes }) => count(votes) },
      { name: 'People', number: true, cell: ({ annotators }) => count(annotators) },
    ]}
  />
);

/** From the lowest end of an interval, but 0 at least, to full agreement. */
const alphaDomain = (lines: readonly AgreementLine[]): readonly [number, number] => [
  Math.min(0, ...lines.flatMap(({ ci, alpha }) => ci?.[0] ?? alpha ?? [])),
  1,
];

const partsOf = (lines: readonly AgreementLine[]): number => new Set(lines.map(({ part }) => part)).size;

const Intervals = ({ title, part, lines }: { title: string; part: string | null; lines: readonly AgreementLine[] }) => {
  const several = new Set(lines.map(questionOf)).size > 1;
  const draw = useMemo(
    () =>
      intervalChart(
        lines.map((line) => ({
          name: [
            ...(several || part === null ? [questionOf(line)] : []),
            ...(part === null ? [] : [line.part ?? 'not stated']),
          ].join(', '),
          value: line.alpha,
          ci: line.ci,
        })),
        { label: 'Krippendorff’s α', at: 0, domain: alphaDomain(lines) },
      ),
    [lines, part, several],
  );
  const known = lines.filter(({ alpha }) => alpha !== null).length;
  return (
    <Figure
      title={title}
      description={`Krippendorff’s α with its 95 % bootstrap interval, for ${known} of ${lines.length}. 1 is full agreement, 0 what chance gives.`}
      draw={draw}
      table={<LinesTable caption={title} part={part} lines={lines} />}
    />
  );
};

const Agreement = ({ byTask, byLanguage, byGuideline, overTime, coverage }: AgreementFigures) => {
  const time = useMemo(
    () =>
      lineChart(
        overTime.map((line) => ({
          series: questionOf(line),
          x: new Date(`${line.part}T00:00:00Z`),
          y: line.alpha,
          ci: line.ci,
        })),
        { x: 'day', y: 'α' },
      ),
    [overTime],
  );
  return (
    <>
      <CoverageNote {...coverage} />
      <LinesTable caption="Agreement by question" part={null} lines={byTask} />
      <div className="charts">
        <Intervals title="By question" part={null} lines={byTask} />
        {partsOf(byLanguage) > 1 && <Intervals title="By language" part="Language" lines={byLanguage} />}
        {partsOf(byGuideline) > 1 && (
          <Intervals title="By version of the guideline" part="Guideline" lines={byGuideline} />
        )}
        {partsOf(overTime) > 1 && (
          <Figure
            title="Over time"
            description={`α of the items whose last vote came on a day (UTC), with its 95 % interval, over ${partsOf(overTime)} days.`}
            draw={time}
            table={<LinesTable caption="Agreement over time" part="Day" lines={overTime} />}
          />
        )}
      </div>
    </>
  );
};

/** How far people agree, by question and by what could make a difference. */
export const AgreementPanel = ({ run }: { run: string }) => (
  <Panel of="agreement" run={run} schema={AgreementFigures}>
    {(figures) =>
      figures.byTask.length === 0 ? (
        <Empty title="No item has two votes yet">Agreement needs two people on one question.</Empty>
      ) : (
        <Agreement {...figures} />
      )
    }
  </Panel>
);
