import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { AnnotatorProfile } from '../../schemas/annotator.ts';
import { Done, put } from '../client.ts';
import { Button } from '../parts/button.tsx';
import { ErrorMessage } from '../parts/error.tsx';
import { profileOf } from './profile.ts';

const FIELDS = [
  ['subject', 'Subject', 'The keyed hash that their votes are known by.'],
  ['languages', 'Languages', 'Tags such as en, de-CH.'],
  ['skills', 'Skills', 'What runs may require.'],
  ['vendor', 'Vendor', 'Empty: no vendor sends them.'],
  ['groups', 'Groups', 'Such as region:eu; votes are counted apart by group.'],
  ['hourlyCost', 'Cost an hour', 'Empty: not counted.'],
] as const;

/** Changes what is known of an annotator. */
export const ProfileForm = ({
  profile,
  isNew,
  onDone,
}: {
  profile: AnnotatorProfile;
  isNew: boolean;
  onDone: () => void;
}) => {
  const queries = useQueryClient();
  const [fields, setFields] = useState({
    subject: profile.subject,
    skills: profile.skills.join(', '),
    languages: profile.languages.join(', '),
    vendor: profile.vendor ?? '',
    groups: profile.groups.join(', '),
    hourlyCost: profile.hourlyCost === null ? '' : String(profile.hourlyCost),
    active: profile.active,
  });
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const save = useMutation({
    mutationFn: (changed: AnnotatorProfile) =>
      put(`/api/manage/profiles/${encodeURIComponent(changed.subject)}`, changed, Done),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['profiles'] });
      onDone();
    },
  });
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const result = profileOf(fields);
        setFaults('faults' in result ? result.faults : {});
        if ('profile' in result) save.mutate(result.profile);
      }}
    >
      {FIELDS.map(([name, label, hint]) => (
        <label key={name} className="field">
          <span>{label}</span>
          <input
            value={fields[name]}
            readOnly={name === 'subject' && !isNew}
            inputMode={name === 'hourlyCost' ? 'decimal' : 'text'}
            aria-invalid={faults[name] !== undefined}
            onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
          />
          <small className={faults[name] === undefined ? 'quiet' : 'fault'}>{faults[name] ?? hint}</small>
        </label>
      ))}
      <label className="row">
        <input
          type="checkbox"
          checked={fields.active}
          onChange={(event) => setFields({ ...fields, active: event.target.checked })}
        />
        Gets work
      </label>
      {save.error !== null && <ErrorMessage error={save.error} />}
      <div className="row">
        <Button type="submit" kind="primary" busy={save.isPending}>
          Save
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
};
