import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { count } from '../charts/words.ts';
import { get } from '../client.ts';
import { Pending } from '../parts/pending.tsx';

/** How often figures of a run are asked for again, in milliseconds: by then the server works them out anew where votes came. */
const REFRESH = 15_000;

/** Figures of a run, once they are there. */
export const Panel = <S extends z.ZodType>({
  of,
  run,
  schema,
  children,
}: {
  of: 'annotators' | 'agreement' | 'cost';
  run: string;
  schema: S;
  children: (figures: z.infer<S>) => ReactNode;
}) => {
  const figures = useQuery({
    queryKey: ['figures', of, run],
    queryFn: () => get(`/api/manage/${of}?run=${encodeURIComponent(run)}`, schema),
    refetchInterval: REFRESH,
  });
  if (figures.data === undefined) return <Pending query={figures} what="Reading votes" />;
  return <div className="stack">{children(figures.data)}</div>;
};

/** Says so where the figures are of a part of a very large run. */
export const CoverageNote = ({ votes, of }: { votes: number; of: number }) =>
  votes < of ? (
    <p className="notice">
      These figures are of {count(votes)} of {count(of)} votes: items drawn by hash, each with all its votes.
    </p>
  ) : null;
