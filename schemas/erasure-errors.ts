/** Faults of erasure: the 64xx of the catalogue. None repeats who the person is. */
import type { Entry } from './error-entry.ts';

export const ERASURE_ERRORS = {
  'ASY-6401': {
    name: 'SubjectUnknown',
    retry: false,
    text: () => 'no row, vote or grade names this person',
    fix: 'give the id as the data write it, or its hash `sub_…`; what was erased before has its proof in `erasures/`',
  },
  'ASY-6402': {
    name: 'RunUnderWay',
    retry: false,
    text: (d) => `data of this person are in ${d['runs']}, which is under way`,
    fix: 'let the run end (`assay run show`), or terminate it in the Temporal UI; then erase again: nothing was changed',
  },
  'ASY-6403': {
    name: 'RowErased',
    retry: false,
    text: () => 'the row belongs to somebody whose data were erased',
    fix: 'leave the row out; what was erased does not come back under another name',
  },
  'ASY-6404': {
    name: 'DatasetWithdrawn',
    retry: false,
    text: (d) => `${d['dataset']} was withdrawn by erasure ${d['erasure']}; ${d['instead']}`,
    fix: 'take the version named; the rows of the old one are gone',
  },
  'ASY-6405': {
    name: 'ErasureNotFound',
    retry: false,
    text: (d) => `no erasure ${d['id']}`,
    fix: 'the id is what `assay erase` printed; proofs lie at `erasures/<id>.json`',
  },
  'ASY-6406': {
    name: 'ErasureHeld',
    retry: false,
    text: (d) => `nothing of this person may go: ${d['holds']}`,
    fix: 'where the hold has ended, `assay retention put` a policy without it; then erase again: nothing was changed',
  },
} as const satisfies Record<string, Entry>;
