/** One's own grades of a sample, as the page counts and walks through them. */
import type { Study } from '../../schemas/evalgen.ts';

/** Good or bad by place in the sample, for one criterion or for outputs as a whole. */
export const gradesFor = ({ sample, own }: Study, criterion: string | null): ReadonlyMap<number, boolean> => {
  const places = new Map(sample.map(({ item, response }, place) => [`${item}/${response}`, place]));
  return new Map(
    own
      .filter((grade) => grade.criterion === criterion)
      .flatMap(({ item, response, good }) => {
        const place = places.get(`${item}/${response}`);
        return place === undefined ? [] : [[place, good] as const];
      }),
  );
};

/** The first place from `at` on, and then from the beginning, that has no grade; null where all have one. */
export const nextUngraded = (graded: ReadonlyMap<number, boolean>, of: number, at: number): number | null => {
  for (let step = 0; step < of; step++) {
    const place = (at + step) % of;
    if (!graded.has(place)) return place;
  }
  return null;
};
