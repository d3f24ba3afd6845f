import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Study } from '../../schemas/evalgen.ts';
import { Done, post } from '../client.ts';
import { Prompt } from '../item/prompt.tsx';
import { TextResponse } from '../item/text-response.tsx';
import { Button } from '../parts/button.tsx';
import { Kbd } from '../parts/kbd.tsx';
import { useToast } from '../parts/toast.tsx';
import { isChord, isWriting, usePageKeys } from '../tasks/keys.ts';
import { studyPath, studyQuery } from './client.ts';
import { gradesFor, nextUngraded } from './grades.ts';

/** Thumbs up or down, one output after another; one key gives a grade and goes on. */
export const Grading = ({ study }: { study: Study }) => {
  const { name, sample, registry } = study;
  const queries = useQueryClient();
  const toast = useToast();
  const [criterion, setCriterion] = useState<string | null>(null);
  const graded = gradesFor(study, criterion);
  const [at, setAt] = useState(() => nextUngraded(graded, sample.length, 0) ?? 0);
  const output = sample[at];
  const { queryKey } = studyQuery(name);
  const mutationKey = ['grade', name];
  const send = useMutation({
    mutationKey,
    mutationFn: (grade: { item: string; response: number; criterion: string | null; good: boolean | null }) =>
      post(`${studyPath(name)}/grades`, grade, Done),
    // Shown at once; where the server refuses, it is what the server has.
    onMutate: async ({ item, response, criterion: of, good }) => {
      // An answer that is on its way does not know of this grade yet.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData(queryKey, (before) =>
        before === undefined
          ? before
          : {
              ...before,
              own: [
                ...before.own.filter(
                  (grade) => grade.item !== item || grade.response !== response || grade.criterion !== of,
                ),
                ...(good === null ? [] : [{ item, response, criterion: of, good }]),
              ],
            },
      );
    },
    onError: (error) => toast({ kind: 'bad', text: `Not graded: ${error.message}` }),
    // The server is asked again once it has the last grade of a run of keys: before, it would take back those after.
    onSettled: () => (queries.isMutating({ mutationKey }) === 1 ? queries.invalidateQueries({ queryKey }) : undefined),
    scope: { id: `grades ${name}` },
  });
  const grade = (good: boolean | null): void => {
    if (output === undefined) return;
    send.mutate({ item: output.item, response: output.response, criterion, good });
    if (good !== null) setAt(nextUngraded(new Map([...graded, [at, good]]), sample.length, at) ?? at);
  };
  const step = (by: number): void => setAt(Math.min(sample.length - 1, Math.max(0, at + by)));
  usePageKeys((event) => {
    if (isChord(event) || isWriting(event.target)) return false;
    if (event.key === 'g' || event.key === '1') grade(true);
    else if (event.key === 'b' || event.key === '2') grade(false);
    else if (event.key === 'u') grade(null);
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else return false;
    return true;
  });
  if (output === undefined) return <p className="quiet">The items of this sample are gone.</p>;
  const given = graded.get(at);
  return (
    <div className="stack">
      <div className="row apart">
        <label className="row">
          <span className="quiet">Graded</span>
          <select
            value={criterion ?? ''}
            onChange={({ target }) => setCriterion(target.value === '' ? null : target.value)}
          >
            <option value="">as a whole</option>
            {registry.map((entry) => (
              <option key={entry.criterion} value={entry.criterion}>
                for {entry.criterion}
              </option>
            ))}
          </select>
        </label>
        <span className="row">
          <progress value={graded.size} max={sample.length} aria-label="Graded outputs" />
          <span className="quiet" role="status">
            {graded.size} of {sample.length} graded
          </span>
        </span>
      </div>
      <article className="card stack" aria-label={`Output ${at + 1} of ${sample.length}`}>
        <Prompt prompt={output.prompt} media={[]} language={null} />
        <div className="graded-text">
          <TextResponse text={output.text} />
        </div>
      </article>
      <div className="row apart">
        <div className="row">
          <Button aria-pressed={given === true} onClick={() => grade(true)}>
            👍 Good <Kbd keys="g" />
          </Button>
          <Button aria-pressed={given === false} onClick={() => grade(false)}>
            👎 Bad <Kbd keys="b" />
          </Button>
          <Button kind="quiet" disabled={given === undefined} onClick={() => grade(null)}>
            Take back <Kbd keys="u" />
          </Button>
        </div>
        <div className="row">
          <span className="quiet">
            {at + 1} of {sample.length}
          </span>
          <Button kind="quiet" disabled={at === 0} onClick={() => step(-1)}>
            Previous <Kbd keys="k" />
          </Button>
          <Button kind="quiet" disabled={at === sample.length - 1} onClick={() => step(1)}>
            Next <Kbd keys="j" />
          </Button>
        </div>
      </div>
    </div>
  );
};
