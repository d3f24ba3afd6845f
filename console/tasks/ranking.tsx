/** Responses from best to worst, by dragging, by keys, or by naming each one's rank. */
import { type PointerEvent, useState } from 'react';
import { z } from 'zod';
import { VALUES } from '../../schemas/annotation.ts';
import { letterOf } from '../item/letters.ts';
import { Button } from '../parts/button.tsx';
import { digitOf, useTaskKeys } from './keys.ts';
import { move, place, ranksOf, type Tiers, tie, tiersOf } from './ranking-moves.ts';
import { type Asked, defineTask, type EditorProps } from './task.ts';

/** `touched`: an order that nobody has looked at is no answer. */
const Draft = VALUES.ranking.extend({ touched: z.boolean().default(true) });
type Draft = z.infer<typeof Draft>;

const preview = ({ responses }: Asked, response: number): string => {
  const shown = responses[response];
  return shown?.text?.replace(/\s+/g, ' ').slice(0, 90) ?? shown?.media?.type ?? '';
};

/** The response under the pointer, and whether it is nearer to its upper edge, its middle or its lower edge. */
const rowAt = (x: number, y: number): { response: number; part: 'before' | 'on' | 'after' } | null => {
  const row = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-response]');
  if (row === null || row === undefined) return null;
  const { top, height } = row.getBoundingClientRect();
  const share = (y - top) / height;
  return { response: Number(row.dataset['response']), part: share < 0.3 ? 'before' : share > 0.7 ? 'after' : 'on' };
};

const Editor = ({ value, onChange, asked, questions: { ranking } }: EditorProps<Draft>) => {
  const tiers = tiersOf(value.ranks);
  const order = tiers.flat();
  const [held, setHeld] = useState<number | null>(null);
  const [at, setAt] = useState(order[0] ?? 0);
  const count = asked.responses.length;
  const set = (next: Tiers) => onChange({ ranks: ranksOf(next, count), touched: true });
  const tieWith = (response: number, other: number | undefined) => {
    if (ranking.ties && other !== undefined) set(tie(tiers, response, other));
  };
  useTaskKeys(({ key, shiftKey }) => {
    const index = order.indexOf(at);
    const by = ({ ArrowUp: -1, ArrowDown: 1 } as const)[key];
    const rank = digitOf({ key });
    const letter = /^[a-h]$/i.test(key) ? asked.shown[key.toLowerCase().charCodeAt(0) - 97] : undefined;
    if (by !== undefined && shiftKey) set(move(tiers, at, by));
    else if (by !== undefined) setAt(order[index + by] ?? at);
    else if (rank !== null && rank > 0) set(place(tiers, at, rank - 1));
    else if (key === '=' || key === 't') tieWith(at, order[index - 1]);
    else if (letter !== undefined) setAt(letter);
    else if (key === 'Enter' && !value.touched) set(tiers);
    else return false;
    return true;
  });
  const drop = (event: PointerEvent, response: number) => {
    setHeld(null);
    const over = rowAt(event.clientX, event.clientY);
    if (over === null || over.response === response) return set(tiers);
    if (over.part === 'on' && ranking.ties) return tieWith(response, over.response);
    const rest = tiers.map((tier) => tier.filter((one) => one !== response)).filter((tier) => tier.length > 0);
    set(
      place(tiers, response, rest.findIndex((tier) => tier.includes(over.response)) + (over.part === 'before' ? 0 : 1)),
    );
  };
  return (
    <>
      <ol className="ranking">
        {order.map((response) => {
          const called = letterOf(asked.shown.indexOf(response));
          return (
            <li
              key={response}
              data-response={response}
              className={`rank${held === response ? ' held' : ''}${at === response ? ' at' : ''}`}
            >
              <span className="rank-number">{value.ranks[response]}</span>
              <button
                type="button"
                className="rank-grip"
                data-keys
                onFocus={() => setAt(response)}
                onPointerDown={(event) => {
                  event.currentTarget.setPointerCapture(event.pointerId);
                  setHeld(response);
                }}
                onPointerUp={(event) => held !== null && drop(event, response)}
                onPointerCancel={() => setHeld(null)}
              >
                <span className="letter">{called}</span>
                <span className="rank-text" dir="auto">
                  {preview(asked, response)}
                </span>
                <span className="hidden">: rank {value.ranks[response]}; drag, or move with Shift and arrows</span>
              </button>
              <span className="rank-moves">
                <Button kind="quiet" onClick={() => set(move(tiers, response, -1))} aria-label={`${called} up`}>
                  ↑
                </Button>
                <Button kind="quiet" onClick={() => set(move(tiers, response, 1))} aria-label={`${called} down`}>
                  ↓
                </Button>
                {ranking.ties && (
                  <Button
                    kind="quiet"
                    disabled={order[0] === response}
                    onClick={() => tieWith(response, order[order.indexOf(response) - 1])}
                    aria-label={`${called} as good as the one above`}
                  >
                    =
                  </Button>
                )}
              </span>
            </li>
          );
        })}
      </ol>
      {!value.touched && <Button onClick={() => set(tiers)}>This order is right</Button>}
    </>
  );
};

export const ranking = defineTask({
  task: 'ranking',
  place: 'beside',
  draft: Draft,
  initial: ({ shown, responses }) => ({
    ranks: ranksOf(
      shown.map((response) => [response]),
      responses.length,
    ),
    touched: false,
  }),
  complete: ({ ranks, touched }) => (touched ? { ranks } : null),
  keys: [
    ['a b c', 'choose a response'],
    ['1 2 3', 'give it that rank'],
    ['⇧ ↑ ↓', 'move it'],
    ['=', 'as good as the one above'],
  ],
  Editor,
});
