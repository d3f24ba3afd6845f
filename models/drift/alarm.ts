/** What a monitor says: red where its rule is broken, with the figures that broke it. */
export interface Alarm {
  readonly red: boolean;
  readonly reason: string;
}

/** Figures in a reason. */
export const shown = (value: number): string => String(Number(value.toPrecision(4)));
