import type { ReviewItem } from '../../schemas/console.ts';

/** What was written about an item, oldest first. Who wrote is known by a short opaque id. */
export const Thread = ({ notes }: { notes: ReviewItem['notes'] }) =>
  notes.length > 0 && (
    <section>
      <h3>Thread</h3>
      <ol className="thread">
        {notes.map(({ by, kind, at, text }, i) => (
          <li key={i}>
            <p className="role">
              <code>{by.slice(0, 8)}</code> <span className="chip">{kind}</span>{' '}
              <time dateTime={new Date(at).toISOString()}>
                {new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
              </time>
            </p>
            <p className="plain" dir="auto">
              {text}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
