import type { ReviewItem } from '../../schemas/console.ts';
import { moment, shortId } from '../charts/words.ts';

/** What was written about an item, oldest first. Who wrote is known by a short opaque id. */
export const Thread = ({ notes }: { notes: ReviewItem['notes'] }) =>
  notes.length > 0 && (
    <section>
      <h3>Thread</h3>
      <ol className="thread">
        {notes.map(({ by, kind, at, text }, i) => (
          <li key={i}>
            <p className="role">
              <code>{shortId(by)}</code> <span className="chip">{kind}</span>{' '}
              <time dateTime={new Date(at).toISOString()}>{moment(at)}</time>
            </p>
            <p className="plain" dir="auto">
              {text}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
