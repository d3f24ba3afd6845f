import type { ReactNode } from 'react';

/** A place with nothing in it: says why, and what can be done. */
export const Empty = ({ title, children }: { title: string; children?: ReactNode }) => (
  <section className="empty">
    <h2>{title}</h2>
    {children !== undefined && <div>{children}</div>}
  </section>
);
