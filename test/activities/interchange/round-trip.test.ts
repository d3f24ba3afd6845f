import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importArgilla } from '../../../activities/importers/argilla/record.ts';
import type { Draft, DraftAnnotation } from '../../../activities/importers/draft.ts';
import { importLabelStudio } from '../../../activities/importers/label-studio/task.ts';
import { answersOf } from '../../../activities/interchange/answers.ts';
import { recordOf } from '../../../activities/interchange/argilla/record.ts';
import { mediumName } from '../../../activities/interchange/content.ts';
import { createPlan } from '../../../activities/interchange/label-studio/plan.ts';
import { taskOf } from '../../../activities/interchange/label-studio/task.ts';
import type { Said } from '../../../activities/interchange/said.ts';
import { canonicalJson as canonical } from '../../../models/hash.ts';
import type { Annotation } from '../../../schemas/annotation.ts';
import { manifest, said } from './drawn.ts';

const address = (name: string) => `https://example.org/media/${name}?v=1`;
const throughJson = (document: unknown): unknown => JSON.parse(JSON.stringify(document));

/** As Label Studio gives back what somebody else imported: whoever did is the author of everything. */
const importedBy = (task: { annotations: readonly object[] }) => ({
  ...task,
  annotations: task.annotations.map((form) => ({ ...form, completed_by: { id: 1 } })),
});

const labelStudio = (drawn: Said, withoutPeople = false): Draft => {
  const plan = createPlan();
  plan.add(drawn.item, drawn.annotations.flatMap(answersOf));
  const { task } = taskOf(drawn, { plan, address, withoutPeople });
  return importLabelStudio(throughJson(withoutPeople ? importedBy(task) : task), manifest({}));
};
const argilla = (drawn: Said): Draft =>
  importArgilla(
    throughJson(recordOf(drawn, { isRated: () => false, address, several: drawn.item.responses.length > 1 }).record),
    manifest({ format: 'argilla' }),
  );

const stated = ({ task, value, source, guideline, seconds }: Annotation): string => {
  const person = source.id === 'sub_unknown' ? null : source.id;
  const who = source.kind === 'human' ? { annotator: person, source: null } : { annotator: null, source };
  return canonical({ statement: { task, value }, ...who, guideline, seconds });
};
const read = (annotation: DraftAnnotation): string => canonical(annotation);

describe.each([
  ['Label Studio', (drawn: Said) => labelStudio(drawn)],
  ['Label Studio, people beside', (drawn: Said) => labelStudio(drawn, true)],
  ['Argilla', argilla],
])('%s', (_, roundTrip) => {
  it('says the same of every item, by the same people, when read again', () => {
    fc.assert(
      fc.property(said, (drawn) => {
        const draft = roundTrip(drawn);
        expect(draft.annotations.map(read).sort()).toEqual(drawn.annotations.map(stated).sort());
        const { externalId, language, translatedFrom, group, prompt, responses, promptMedia } = drawn.item;
        expect(draft).toMatchObject({ externalId, language, translatedFrom, group, prompt });
        expect(draft.promptFiles?.map(base)).toEqual((promptMedia ?? []).map(mediumName));
        expect(draft.responses.map(({ model, text, file }) => ({ model, text, file: file && base(file) }))).toEqual(
          responses.map(({ model, text, media }) => ({ model, text, file: media && mediumName(media) })),
        );
      }),
      { numRuns: 200 },
    );
  });
});

const base = (path: string): string => path.replace(/^.*\//, '');
