/** How many couples of rows are preferred both ways round. */
export const contradictions = (pairs: readonly { readonly winner: number; readonly loser: number }[]): number => {
  const seen = new Set(pairs.map(({ winner, loser }) => `${winner} ${loser}`));
  let both = 0;
  for (const couple of seen) {
    const [winner, loser] = couple.split(' ');
    if (seen.has(`${loser} ${winner}`)) both++;
  }
  return both / 2;
};
