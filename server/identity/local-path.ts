/** A path of this server out of what a browser says it wants, the console where it is none: sign-in leads nowhere else. */
export const localPath = (wanted: string | undefined): string => {
  const url = URL.parse(wanted ?? '', 'http://here');
  const ours = wanted?.startsWith('/') === true && url?.origin === 'http://here';
  // Two slashes would name a host; they can come of `/.//host`.
  return ours && !url.pathname.startsWith('//') ? `${url.pathname}${url.search}${url.hash}` : '/console/';
};
