import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { z } from 'zod';
import { AnnotatorProfile } from '../../schemas/annotator.ts';
import { decimal, shortId } from '../charts/words.ts';
import { get } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Empty } from '../parts/empty.tsx';
import { Pending } from '../parts/pending.tsx';
import { Table } from '../parts/table.tsx';
import { useSession } from '../session.tsx';
import { NewLink } from './new-link.tsx';
import { ProfileForm } from './profile-form.tsx';

const Profiles = z.object({ profiles: z.array(AnnotatorProfile) });

/** What the form of somebody not yet known begins with: subjects are keyed hashes. */
const NEW = AnnotatorProfile.parse({ subject: 'sub_' });

/** The registry of annotators, and links for people to sign in with. */
export const People = () => {
  const may = useSession().roles.includes('admin');
  const profiles = useQuery({ queryKey: ['profiles'], queryFn: () => get('/api/manage/profiles', Profiles) });
  const [, go] = useLocation();
  const named = new URLSearchParams(useSearch()).get('subject');
  const [edited, setEdited] = useState<AnnotatorProfile | null>(null);
  if (profiles.data === undefined) return <Pending query={profiles} />;
  const people = profiles.data.profiles;
  const shown =
    edited ??
    (named === null
      ? null
      : (people.find(({ subject }) => subject === named) ?? AnnotatorProfile.parse({ subject: named })));
  const close = () => {
    setEdited(null);
    if (named !== null) go('/manage/people', { replace: true });
  };
  return (
    <>
      <h1>People</h1>
      {may && <NewLink />}
      <h2>Annotators</h2>
      <p className="quiet">
        People are known by a keyed hash; names are stored nowhere. Somebody without a profile may work where a run asks
        for no skill, language or vendor.
      </p>
      {people.length === 0 ? (
        <Empty title="No profiles yet">
          {may && <Button onClick={() => setEdited(NEW)}>Describe an annotator</Button>}
        </Empty>
      ) : (
        <>
          <Table
            caption="Profiles of annotators"
            rows={people}
            keyOf={({ subject }) => subject}
            columns={[
              {
                name: 'Annotator',
                cell: (profile) =>
                  !may ? (
                    <span title={profile.subject}>{shortId(profile.subject)}</span>
                  ) : (
                    <Button kind="quiet" onClick={() => setEdited(profile)} title={profile.subject}>
                      {shortId(profile.subject)}
                    </Button>
                  ),
              },
              { name: 'Vendor', cell: ({ vendor }) => vendor ?? '–' },
              { name: 'Languages', cell: ({ languages }) => languages.join(', ') || '–' },
              { name: 'Skills', cell: ({ skills }) => skills.join(', ') || '–' },
              { name: 'Groups', cell: ({ groups }) => groups.join(', ') || '–' },
              { name: 'Cost an hour', number: true, cell: ({ hourlyCost }) => decimal(hourlyCost) },
              {
                name: 'Gets work',
                cell: ({ active }) => <span className={`chip ${active ? 'good' : ''}`}>{active ? 'yes' : 'no'}</span>,
              },
            ]}
          />
          {may && (
            <div>
              <Button onClick={() => setEdited(NEW)}>Describe an annotator</Button>
            </div>
          )}
        </>
      )}
      <Dialog
        title={shown === NEW ? 'Describe an annotator' : `Annotator ${shortId(shown?.subject ?? '')}`}
        open={may && shown !== null}
        onClose={close}
      >
        {shown !== null && <ProfileForm key={shown.subject} profile={shown} isNew={shown === NEW} onDone={close} />}
      </Dialog>
    </>
  );
};
