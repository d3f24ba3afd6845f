import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { Assertion, type Study } from '../../schemas/evalgen.ts';
import { shortId } from '../charts/words.ts';
import { Done, post } from '../client.ts';
import { Code } from '../item/code.tsx';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { studyPath, studyQuery } from './client.ts';

const Made = z.object({ assertion: Assertion.shape.id });
const EXAMPLE = '({ prompt, response }) => response.length < 400';

const Propose = ({ study: { name, registry } }: { study: Study }) => {
  const queries = useQueryClient();
  const [criterion, setCriterion] = useState(registry[0]?.criterion ?? '');
  const [kind, setKind] = useState<'code' | 'judge'>('code');
  const [code, setCode] = useState('');
  const [judge, setJudge] = useState('');
  const [rows, setRows] = useState('');
  const propose = useMutation({
    mutationFn: () =>
      post(
        `${studyPath(name)}/assertions`,
        kind === 'code' ? { kind, criterion, code } : { kind, criterion, judge, rows },
        Made,
      ),
    onSuccess: async () => {
      setCode('');
      setRows('');
      await queries.invalidateQueries({ queryKey: studyQuery(name).queryKey });
    },
  });
  const ready = kind === 'code' ? code.trim() !== '' : judge.trim() !== '' && rows.trim() !== '';
  return (
    <form
      className="card stack"
      aria-label="New assertion"
      onSubmit={(event) => {
        event.preventDefault();
        propose.mutate();
      }}
    >
      <h3>New assertion</h3>
      <div className="row">
        <label className="row">
          <span className="quiet">Criterion</span>
          <select value={criterion} onChange={(event) => setCriterion(event.target.value)}>
            {registry.map((entry) => (
              <option key={entry.criterion}>{entry.criterion}</option>
            ))}
          </select>
        </label>
        <label className="row">
          <span className="quiet">By</span>
          <select value={kind} onChange={({ target }) => setKind(target.value === 'judge' ? 'judge' : 'code')}>
            <option value="code">code</option>
            <option value="judge">a judge’s verdicts</option>
          </select>
        </label>
      </div>
      {kind === 'code' ? (
        <label className="field">
          <span>JavaScript function</span>
          <textarea
            className="code-field"
            spellCheck={false}
            placeholder={EXAMPLE}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          <small className="quiet">
            Gets prompt and response as text, returns true where the output passes. It runs in a sandbox without clock,
            chance or network.
          </small>
        </label>
      ) : (
        <>
          <label className="field">
            <span>Judge</span>
            <input value={judge} maxLength={80} onChange={(event) => setJudge(event.target.value)} />
          </label>
          <label className="field">
            <span>Verdicts</span>
            <textarea
              className="code-field"
              spellCheck={false}
              placeholder='{"item": "it_…", "response": 0, "pass": true}'
              value={rows}
              onChange={(event) => setRows(event.target.value)}
            />
            <small className="quiet">JSON Lines, one verdict an output of the sample.</small>
          </label>
        </>
      )}
      {propose.error !== null && <ErrorMessage error={propose.error} />}
      <div>
        <Button type="submit" kind="primary" busy={propose.isPending} disabled={!ready}>
          Propose
        </Button>
      </div>
    </form>
  );
};

/** Candidates of every criterion. */
export const Assertions = ({ study }: { study: Study }) => {
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: (assertion: string) => post(`${studyPath(study.name)}/withdraw`, { assertion }, Done),
    onSuccess: () => queries.invalidateQueries({ queryKey: studyQuery(study.name).queryKey }),
  });
  if (study.registry.length === 0)
    return <Empty title="No criteria yet">Say first what a good output does, under Criteria.</Empty>;
  return (
    <div className="stack">
      <Propose study={study} />
      {withdraw.error !== null && <ErrorMessage error={withdraw.error} />}
      {study.candidates.map(({ id, criterion, test }) => (
        <article key={id} className="card stack" aria-label={`Assertion ${shortId(id)}`}>
          <div className="row apart">
            <div className="row">
              <code title={id}>{shortId(id)}</code>
              <span className="chip">{criterion}</span>
              <span className="quiet">{test.kind === 'code' ? 'code' : `judge ${test.judge}`}</span>
            </div>
            <Button kind="bad" busy={withdraw.isPending} onClick={() => withdraw.mutate(id)}>
              Withdraw
            </Button>
          </div>
          {test.kind === 'code' && <Code text={test.code} language="JavaScript" />}
        </article>
      ))}
    </div>
  );
};
