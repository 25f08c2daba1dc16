/** Runs `read` at most once in `ms`, however many ask: health checks and scrapes are anyone's to make. Callers share a read under way. */
export function cached<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let last: { readonly reading: Promise<T>; untilMs: number } | undefined;
  return async () => {
    if (last === undefined || performance.now() >= last.untilMs) {
      const entry = { reading: read(), untilMs: Infinity };
      last = entry;
      const settled = (): void => {
        entry.untilMs = performance.now() + ms;
      };
      entry.reading.then(settled, settled);
    }
    return last.reading;
  };
}
