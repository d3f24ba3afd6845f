/** An annotator's profile as the fields of its form hold it. */
import { AnnotatorProfile } from '../../schemas/annotator.ts';

/** Words as they are typed: apart by commas or blanks. */
export const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** A profile from what the fields hold, or what is wrong with it, by field. */
export const profileOf = (
  fields: Readonly<Record<'subject' | 'skills' | 'languages' | 'vendor' | 'groups' | 'hourlyCost', string>> & {
    readonly active: boolean;
  },
): { readonly profile: AnnotatorProfile } | { readonly faults: Readonly<Record<string, string>> } => {
  const cost = fields.hourlyCost.trim().replace(',', '.');
  const parsed = AnnotatorProfile.safeParse({
    subject: fields.subject.trim(),
    skills: wordsOf(fields.skills),
    languages: wordsOf(fields.languages),
    vendor: fields.vendor.trim() === '' ? null : fields.vendor.trim(),
    groups: wordsOf(fields.groups),
    hourlyCost: cost === '' ? null : Number(cost),
    active: fields.active,
  });
  if (parsed.success) return { profile: parsed.data };
  return { faults: Object.fromEntries(parsed.error.issues.map(({ path, message }) => [String(path[0]), message])) };
};
