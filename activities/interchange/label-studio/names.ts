/** Names of Label Studio's controls: `rating.0.quality`, or the plain name of an aspect or a criterion where that is clear. */
import { type Answer, nameOf, type Place, placeOf } from '../answers.ts';

const encode = (part: string): string => encodeURIComponent(part.toWellFormed()).replaceAll('.', '%2E');

const decode = (part: string): string | null => {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
};

/** `task.response.part…`, parts percent-encoded. */
export const controlName = (place: Place): string => nameOf(place, '.', encode);

/** Fields of a task's data: no control may have such a name. */
const FIELD = /^(prompt|response|image|video)(s|_|\d|$)/;

/** The answer's aspect or criterion as the control's name, as Label Studio's own exports have it; null where that would not be clear. */
export const plainName = ({ task, response, parts, kind }: Answer): string | null => {
  const asks = task === 'rating' || (task === 'rubric' && kind === 'choice');
  const [name = ''] = parts;
  if (!asks || response !== 0 || !/^\w[\w -]{0,63}$/.test(name) || FIELD.test(name)) return null;
  return placeOf(name, '.', decode) === null ? name : null;
};

/** What a control of our making asks; null for one of somebody else's. */
export const placeOfControl = (name: string, type: string): Place | null => {
  const place = placeOf(name, '.', decode);
  if (place !== null) return place;
  if (type === 'rating' || type === 'number') return { task: 'rating', response: 0, parts: [name] };
  return type === 'choices' ? { task: 'rubric', response: 0, parts: [name] } : null;
};
