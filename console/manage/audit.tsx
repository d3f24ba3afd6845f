import { useInfiniteQuery } from '@tanstack/react-query';
import { AuditPage } from '../../schemas/audit.ts';
import { count, moment, shortId } from '../charts/words.ts';
import { get } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { Table } from '../parts/table.tsx';

/** Every decision there was, in the order in which it was taken. */
export const AuditLog = () => {
  const log = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: 0,
    queryFn: ({ pageParam }) => get(`/api/audit?after=${pageParam}`, AuditPage),
    getNextPageParam: ({ entries }) => entries.at(-1)?.n,
  });
  if (log.data === undefined) return <Pending query={log} />;
  const entries = log.data.pages.flatMap((page) => page.entries);
  return (
    <>
      <h1>Audit log</h1>
      <p className="quiet">
        Each entry holds the hash of the one before; <code>assay audit verify</code> checks the chain.
      </p>
      {entries.length === 0 ? (
        <Empty title="No entries yet" />
      ) : (
        <Table
          caption={`${count(entries.length)} entries, the newest first`}
          rows={entries.toReversed()}
          keyOf={({ n }) => n}
          columns={[
            { name: 'No', number: true, cell: ({ n }) => n },
            { name: 'When', cell: ({ at }) => moment(at) },
            { name: 'Who', cell: ({ by }) => <span title={by}>{shortId(by)}</span> },
            { name: 'What', cell: ({ action }) => action },
            {
              name: 'To what',
              cell: ({ target }) =>
                Object.entries(target)
                  .map(([name, id]) => `${name} ${String(id)}`)
                  .join(', '),
            },
            { name: 'Hash', cell: ({ hash }) => <code title={hash}>{hash.slice(0, 12)}</code> },
          ]}
        />
      )}
      {log.hasNextPage && (
        <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          Load later entries
        </Button>
      )}
    </>
  );
};
