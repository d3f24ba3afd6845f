/** At most `maxChars` code units of a text; half a surrogate pair, which servers refuse, is replaced. */
export const cutText = (text: string, maxChars: number): string => text.slice(0, maxChars).toWellFormed();
