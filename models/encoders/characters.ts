/** What a UTF-16 code unit is, as bits; built once from Unicode properties, so any script works. Characters newer than the engine's Unicode separate words. */
export const WORD = 1;
/** A character that is a word by itself: scripts that write without spaces. */
export const SOLO = 2;
export const PUNCTUATION = 4;
export const DIGIT = 8;
export const UPPER = 16;
export const SPACE = 32;

const PROPERTIES: readonly (readonly [RegExp, number])[] = [
  [/[\p{L}\p{N}\p{M}]/u, WORD],
  [
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u,
    SOLO,
  ],
  [/[\p{P}\p{S}]/u, PUNCTUATION],
  [/\p{Nd}/u, DIGIT],
  [/\p{Lu}/u, UPPER],
  [/\s/u, SPACE],
];

const build = (): Uint8Array => {
  const table = new Uint8Array(65_536);
  for (let unit = 0; unit < 65_536; unit++) {
    // Halves of a pair (emoji, rare Han) stay together as one word.
    if (unit >= 0xd800 && unit <= 0xdfff) {
      table[unit] = WORD;
      continue;
    }
    const character = String.fromCharCode(unit);
    let bits = 0;
    for (const [property, bit] of PROPERTIES) if (property.test(character)) bits |= bit;
    table[unit] = bits;
  }
  return table;
};

let built: Uint8Array | undefined;

/** Bits of each of the 65,536 UTF-16 code units. */
export const characterTable = (): Uint8Array => (built ??= build());
