/** Reads sign-in links. Nothing here is trusted: the server alone decides whether a token is good. */

/** The token of a link's address or fragment; null where it has none. */
export const tokenOf = (text: string): string | null =>
  /(?:^|#|&)token=([A-Za-z0-9._~-]+)/.exec(text.trim().replace(/^[^#]*(?=#)/, ''))?.[1] ?? null;

/** Whose link it says it is, to be shown before it is used; null where it does not say. */
export const tokenName = (token: string): string | null => {
  try {
    const body = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(body), (char) => char.charCodeAt(0));
    const said = JSON.parse(new TextDecoder().decode(bytes)) as { name?: unknown };
    return typeof said.name === 'string' && said.name !== '' ? said.name.slice(0, 200) : null;
  } catch {
    return null;
  }
};

/** A path of this server to go on to; anything that leads elsewhere becomes the console's first page. */
export const safePath = (to: string | null): string =>
  to !== null && /^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(to) ? to : '/console/';
