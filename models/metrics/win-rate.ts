import { wilson } from './wilson.ts';

export interface WinRate {
  /** (wins + ties / 2) / n. */
  readonly rate: number;
  /** Wilson 95 %. */
  readonly ci: readonly [number, number];
  readonly n: number;
}

/** Preference win rate, a tie half a win (S193); null with no comparison. */
export const winRate = ({ wins, ties, losses }: { wins: number; ties: number; losses: number }): WinRate | null => {
  const n = wins + ties + losses;
  const won = wins + ties / 2;
  return n === 0 ? null : { rate: won / n, ci: wilson(won, n), n };
};
