/** Waits for something another process does; fails loudly when it does not come to pass. */
export const until = async <T>(what: string, ask: () => T | Promise<T>, ms = 20_000): Promise<NonNullable<T>> => {
  const deadline = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<T>;
    if (performance.now() > deadline) throw new Error(`${what} did not come to pass within ${ms} ms`);
    await new Promise((done) => setTimeout(done, 15));
  }
};
