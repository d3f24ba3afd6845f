/** At most `maxChars` code units of a text; a surrogate pair that the cut would halve is replaced, which servers would refuse. */
export const cutText = (text: string, maxChars: number): string => text.slice(0, maxChars).toWellFormed();
