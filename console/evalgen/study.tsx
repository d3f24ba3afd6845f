import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Pending } from '../parts/pending.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Assertions } from './assertions.tsx';
import { studyQuery } from './client.ts';
import { Criteria } from './criteria.tsx';
import { Grading } from './grading.tsx';
import { Report } from './report.tsx';

/** One study: grade, say what counts, propose assertions, see which agree. */
export const StudyPage = ({ name }: { name: string }) => {
  const study = useQuery(studyQuery(name));
  if (study.data === undefined) return <Pending query={study} />;
  const { drop, version } = study.data;
  return (
    <div className="stack">
      <div className="row apart">
        <div className="row">
          <Link to="/evalgen">Studies</Link>
          <h1>{name}</h1>
          <span className="quiet">outputs of {drop}</span>
        </div>
        <span className="quiet">
          version <code title={version}>{version.slice(0, 12)}</code>
        </span>
      </div>
      <Tabs
        label={`About ${name}`}
        tabs={[
          { name: 'Grade', panel: <Grading study={study.data} /> },
          { name: 'Criteria', panel: <Criteria study={study.data} /> },
          { name: 'Assertions', panel: <Assertions study={study.data} /> },
          { name: 'Report', panel: <Report study={study.data} /> },
        ]}
      />
    </div>
  );
};
