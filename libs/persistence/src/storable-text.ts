/**
 * What PostgreSQL can hold in `text` and `jsonb`: no NUL, and no half of a surrogate pair. Both become U+FFFD. One such
 * character in a model's name would otherwise refuse the whole batch of usage rows that it travels in.
 */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}');
}

/** The same for every string within a JSON value, names of members included. */
export function storableJson<T>(value: T): T {
  const json = JSON.stringify(value);
  // Only escaped can either appear in what JSON.stringify writes; most values have neither and are done here.
  if (json === undefined || !/\\u(?:0000|d[89a-f])/.test(json)) return value;
  return JSON.parse(json, (_name, member: unknown) => {
    if (typeof member === 'string') return storableText(member);
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).map(([name, inner]) => [storableText(name), inner]));
  }) as T;
}
