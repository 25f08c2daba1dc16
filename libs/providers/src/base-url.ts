export interface BaseUrl {
  readonly origin: string;
  /** `''`, or the path without a trailing slash. */
  readonly prefix: string;
}

const parsed = new Map<string, BaseUrl>();

/** A target's base URL in the two parts that a request needs. Remembered: there are as many as there are targets. */
export function baseUrlOf(url: string): BaseUrl {
  let found = parsed.get(url);
  if (found === undefined) {
    const { origin, pathname } = new URL(url);
    found = { origin, prefix: pathname.replace(/\/+$/, '') };
    parsed.set(url, found);
  }
  return found;
}
