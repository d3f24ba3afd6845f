/** Said while something is fetched; drawn only when it takes long enough to be noticed. */
export const Loading = ({ what = 'Loading' }: { what?: string | undefined }) => (
  <p className="loading" role="status">
    {what}…
  </p>
);
