/** The path in an address, or in one of Label Studio's local storage (`?d=`), without host and query: no address is ever fetched. */
export const fileIn = (value: string): string => {
  const local = /[?&]d=([^&]+)/.exec(value)?.[1];
  const path = (local ?? value).replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
  try {
    return decodeURIComponent(path).replace(/^\/+/, '');
  } catch {
    return path.replace(/^\/+/, '');
  }
};
