/**
 * A number in [0, 1) that depends on nothing but its text: FNV-1a with the finaliser of MurmurHash3. It decides what nobody may
 * foresee only where the text holds a seed that nobody outside knows; the sandbox has no cryptography.
 */
export const draw = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
};
