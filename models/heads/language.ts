/**
 * The number of a language among a head's: 1 + its place, by its tag or by the longest known prefix of its subtags (`pt-BR` falls
 * back to `pt`); 0, what all languages share, for null and for languages the head does not know. Case does not matter.
 */
export const createLanguageIndex = (languages: readonly string[]): ((tag: string | null) => number) => {
  const places = new Map(languages.map((language, i) => [language.toLowerCase(), i + 1]));
  return (tag) => {
    const subtags = (tag ?? '').toLowerCase().split(/[-_]/);
    for (let length = subtags.length; length > 0; length--) {
      const place = places.get(subtags.slice(0, length).join('-'));
      if (place !== undefined) return place;
    }
    return 0;
  };
};
