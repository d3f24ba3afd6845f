/** Chance that a rating beats another: 1 / (1 + 10^((other − own) / 400)) (Elo 1978). */
export const expectedScore = (own: number, other: number): number => 1 / (1 + 10 ** ((other - own) / 400));

/** A game: indices of two players and the first one's score, 1, ½ or 0. */
export interface Game {
  readonly a: number;
  readonly b: number;
  readonly score: number;
}

/** Ratings after the games in their order, everyone from 1000: R += k · (score − expected). The sum stays; `times` repeats games. */
export const elo = (count: number, games: readonly Game[], k: number, times?: Int32Array): Float64Array => {
  const ratings = new Float64Array(count).fill(1000);
  games.forEach(({ a, b, score }, i) => {
    for (let time = times?.[i] ?? 1; time > 0; time--) {
      const [ra, rb] = [ratings[a] ?? 0, ratings[b] ?? 0];
      const change = k * (score - expectedScore(ra, rb));
      ratings[a] = ra + change;
      ratings[b] = rb - change;
    }
  });
  return ratings;
};
