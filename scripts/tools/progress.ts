/** Lines that say what set-up does: one per step when it ends, and now and then one while it takes long. */
export interface Progress {
  /** Runs a step and prints how it went and how long it took. The step's text is what it found or made. */
  readonly step: (name: string, work: (tell: (news: string) => void) => Promise<string>) => Promise<void>;
  readonly note: (line: string) => void;
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** In a terminal the line of a running step is rewritten in place; elsewhere its news comes at most every ten seconds. */
export const createProgress = (stream: Stream, every = 10_000): Progress => {
  const live = stream.isTTY === true;
  const clear = live ? '\r\u001b[2K' : '';
  return {
    note: (line) => {
      stream.write(`${clear}  ${line}\n`);
    },
    step: async (name, work) => {
      const since = performance.now();
      const seconds = () => `${((performance.now() - since) / 1000).toFixed(1)} s`;
      let told = since;
      if (live) stream.write(`  … ${name}`);
      try {
        const text = await work((news) => {
          if (live) stream.write(`${clear}  … ${name}: ${news} (${seconds()})`.slice(0, 200));
          else if (performance.now() - told >= every) {
            told = performance.now();
            stream.write(`  … ${name}: ${news} (${seconds()})\n`);
          }
        });
        stream.write(`${clear}  ✓ ${name}: ${text} (${seconds()})\n`);
      } catch (error) {
        stream.write(`${clear}  ✗ ${name} (${seconds()})\n`);
        throw error;
      }
    },
  };
};
