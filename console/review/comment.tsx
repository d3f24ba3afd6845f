import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Done, post } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { itemQuery } from './client.ts';

/** A word for those who voted on the item. */
export const Comment = ({ batch, item }: { batch: string; item: string }) => {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const say = useMutation({
    mutationFn: () => post('/api/review/comment', { batch, item, text }, Done),
    onSuccess: async () => {
      setText('');
      await queries.invalidateQueries({ queryKey: itemQuery(batch, item).queryKey });
    },
  });
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        say.mutate();
      }}
    >
      <label className="field">
        <span>Comment</span>
        <textarea
          className="short"
          dir="auto"
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      {say.error !== null && <ErrorMessage error={say.error} />}
      <div>
        <Button type="submit" busy={say.isPending} disabled={text.trim() === ''}>
          Add to the thread
        </Button>
      </div>
    </form>
  );
};
