/** A preference as a place on a scale: −4 the left response is much better, 0 a tie, 4 the right one is much better. */
import type { Questions } from '../../schemas/questions.ts';

export type Placed = -4 | -3 | -2 | -1 | 0 | 1 | 2 | 3 | 4;
type Scale = Pick<Questions['pairwise'], 'strength' | 'tie'>;
type Preference = { readonly preferred: 'a' | 'b' | 'tie'; readonly strength: number | null };

/** The places that a question offers, from left to right. */
export const placesOf = ({ strength, tie }: Scale): Placed[] =>
  ([-4, -3, -2, -1, 0, 1, 2, 3, 4] as const).filter((place) => (place === 0 ? tie : strength || Math.abs(place) === 1));

/** Where a preference lies; `turned`: response b is shown on the left. */
export const placeOf = (
  { preferred, strength }: { preferred: Preference['preferred'] | null; strength: number | null },
  turned: boolean,
): Placed | null => {
  if (preferred === null) return null;
  if (preferred === 'tie') return 0;
  return (((preferred === 'a') === turned ? 1 : -1) * (strength ?? 1)) as Placed;
};

/** What a place says of a and b. */
export const preferenceOf = (place: Placed, turned: boolean, strength: boolean): Preference =>
  place === 0
    ? { preferred: 'tie', strength: null }
    : { preferred: place < 0 === turned ? 'b' : 'a', strength: strength ? Math.abs(place) : null };

/** One step along the scale: from nowhere to the nearest place of that side. */
export const step = (at: Placed | null, by: 1 | -1, scale: Scale): Placed => {
  const places = placesOf(scale);
  if (at === null) return by;
  return places[Math.min(places.length - 1, Math.max(0, places.indexOf(at) + by))] ?? at;
};
