/** One of one's own answers: the item, what one said, the thread, and a word to add. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Done, post } from '../client.ts';
import { AnswerWords } from '../item/answer-words.tsx';
import { Prompt } from '../item/prompt.tsx';
import { Responses } from '../item/responses.tsx';
import { Thread } from '../item/thread.tsx';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { Loading } from '../parts/loading.tsx';
import { type OwnLine, ownItemQuery, ownQuery } from './own-work.ts';

export const OwnAnswer = ({ line, onClose }: { line: OwnLine; onClose: () => void }) => {
  const { batch, item } = line;
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [error, setError] = useState<unknown>(null);
  const own = useQuery(ownItemQuery(batch, item));
  const say = (path: '/api/work/comment' | '/api/work/dispute') =>
    post(path, { batch, item, text }, Done).then(() => {
      setText('');
      setError(null);
      return queries.invalidateQueries({ queryKey: ownQuery.queryKey });
    }, setError);
  return (
    <Dialog title={`Item ${item.slice(-6)}`} open onClose={onClose} wide>
      {own.error !== null && <ErrorMessage error={own.error} retry={own.refetch} />}
      {own.data === undefined ? (
        own.error === null && <Loading />
      ) : (
        <div className="stack">
          <Prompt prompt={own.data.work.prompt} media={own.data.work.promptMedia} language={own.data.work.language} />
          <Responses
            responses={own.data.work.responses}
            shown={own.data.work.shown}
            language={own.data.work.language}
          />
          <section>
            <h3>Your answer</h3>
            <AnswerWords votes={own.data.votes} shown={own.data.work.shown} />
          </section>
          <Thread notes={own.data.notes} />
          <label className="field">
            <span>Add to the thread</span>
            <textarea dir="auto" maxLength={4000} value={text} onChange={(event) => setText(event.target.value)} />
          </label>
          {error !== null && <ErrorMessage error={error} />}
          <div className="row">
            <Button kind="primary" disabled={text.trim() === ''} onClick={() => void say('/api/work/comment')}>
              Comment
            </Button>
            <Button disabled={text.trim() === ''} onClick={() => void say('/api/work/dispute')}>
              Dispute
            </Button>
            <span className="quiet">A dispute puts the item before a reviewer.</span>
          </div>
        </div>
      )}
    </Dialog>
  );
};
