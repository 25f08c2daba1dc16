/** The query of a request's URL with its question mark, as the client wrote it; empty for none. */
export function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at === -1 ? '' : url.slice(at);
}
