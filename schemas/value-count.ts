/** Whether a JSON value holds more than `most` values, lists and objects counted too; looks no further than it must. */
export const holdsMore = (value: unknown, most: number): boolean => {
  const open: unknown[] = [value];
  for (let seen = 0; open.length > 0; seen++) {
    if (seen + open.length > most) return true;
    const next = open.pop();
    if (typeof next !== 'object' || next === null || ArrayBuffer.isView(next)) continue;
    for (const inner of Array.isArray(next) ? next.slice(0, most) : Object.values(next)) open.push(inner);
  }
  return false;
};
