/** What a look at all of a drop's answers settles before tasks are written: a control has one type, a field is in every task. */
import type { Item } from '../../../schemas/item.ts';
import type { Answer } from '../answers.ts';
import { contentOf, type FieldKind } from '../content.ts';
import { plainName } from './names.ts';

/** Label Studio shows as many stars as asked for; beyond ten nobody counts them. */
const MOST_STARS = 10;

export interface Plan {
  /** Whether a rating's aspect is told in stars: all its values are whole numbers from 1 to 10. */
  isStarred(aspect: string): boolean;
  /** Whether a plain name is that of ratings and of a criterion's levels. */
  isShared(name: string): boolean;
  /** Fields that any task has. */
  readonly fields: ReadonlyMap<string, FieldKind>;
  /** Whether any task has several responses, which are then told as a list too. */
  readonly several: boolean;
}

/** A plan that grows by the items and answers it is shown. */
export const createPlan = (): Plan & { add(item: Item, answers: readonly Answer[]): void } => {
  const unstarred = new Set<string>();
  const families = new Map<string, Answer['task']>();
  const shared = new Set<string>();
  const fields = { plain: new Map<string, FieldKind>(), numbered: new Map<string, FieldKind>() };
  let several = false;
  return {
    add(item, answers) {
      several ||= item.responses.length > 1;
      for (const each of [false, true])
        for (const { name, kind } of contentOf(item, { address: (file) => file, several: each }).fields)
          fields[each ? 'numbered' : 'plain'].set(name, kind);
      for (const answer of answers) {
        const [part = ''] = answer.parts;
        if (answer.task === 'rating' && answer.kind === 'number' && !isStars(answer.value)) unstarred.add(part);
        const name = plainName(answer);
        if (name === null) continue;
        if ((families.get(name) ?? answer.task) !== answer.task) shared.add(name);
        families.set(name, answer.task);
      }
    },
    isStarred: (aspect) => !unstarred.has(aspect),
    isShared: (name) => shared.has(name),
    get fields() {
      return several ? fields.numbered : fields.plain;
    },
    get several() {
      return several;
    },
  };
};

const isStars = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MOST_STARS;
