import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Name } from '../../schemas/primitives.ts';
import { count } from '../charts/words.ts';
import { Done, post } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { Pending } from '../parts/pending.tsx';
import { Table } from '../parts/table.tsx';
import { studiesQuery } from './client.ts';

const NewStudy = () => {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const [drop, setDrop] = useState('');
  const [outputs, setOutputs] = useState(100);
  const create = useMutation({
    mutationFn: () => post('/api/evalgen', { name, drop, outputs, seed: 0 }, Done),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: studiesQuery.queryKey });
      go(`/evalgen/${name}`);
    },
  });
  const named = Name.safeParse(name).success && Name.safeParse(drop).success;
  return (
    <details className="card">
      <summary>Begin a study</summary>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate();
        }}
      >
        <label className="field">
          <span>Name</span>
          <input value={name} onChange={(event) => setName(event.target.value)} />
          <small className="quiet">a–z, 0–9, “.”, “_”, “-”.</small>
        </label>
        <label className="field">
          <span>Drop</span>
          <input value={drop} onChange={(event) => setDrop(event.target.value)} />
          <small className="quiet">The outputs to grade are drawn from its responses with text.</small>
        </label>
        <label className="field">
          <span>Outputs</span>
          <input
            type="number"
            min={1}
            max={500}
            value={outputs}
            onChange={(event) => setOutputs(Number(event.target.value))}
          />
        </label>
        {create.error !== null && <ErrorMessage error={create.error} />}
        <div>
          <Button type="submit" kind="primary" busy={create.isPending} disabled={!named}>
            Begin
          </Button>
        </div>
      </form>
    </details>
  );
};

/** All studies, and a new one. */
export const Studies = () => {
  const studies = useQuery(studiesQuery);
  if (studies.data === undefined) return <Pending query={studies} />;
  return (
    <div className="stack">
      <h1>Assertions</h1>
      <p className="quiet">
        Grade a sample of outputs by hand; assertions (code, or a judge’s verdicts) are then chosen that agree with your
        grades.
      </p>
      <NewStudy />
      {studies.data.length === 0 ? (
        <Empty title="No studies yet">A study draws outputs from a drop that a run has read.</Empty>
      ) : (
        <Table
          caption="Studies"
          rows={studies.data}
          keyOf={({ name }) => name}
          columns={[
            { name: 'Study', cell: ({ name }) => <Link to={`/evalgen/${name}`}>{name}</Link> },
            { name: 'Drop', cell: ({ drop }) => drop },
            { name: 'Graded', number: true, cell: ({ graded, outputs }) => `${count(graded)} of ${count(outputs)}` },
            { name: 'Criteria', number: true, cell: ({ criteria }) => count(criteria) },
            { name: 'Assertions', number: true, cell: ({ assertions }) => count(assertions) },
          ]}
        />
      )}
    </div>
  );
};
