import * as fc from 'fast-check';

/** JSON text with white space, escapes and key order as no serialiser of ours would write them. */
export function looseJson(value: unknown, pad: () => string, escape: () => boolean): string {
  const text = (string: string) =>
    `"${Array.from(string)
      .map((char) =>
        escape() && char.length === 1
          ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
          : JSON.stringify(char).slice(1, -1),
      )
      .join('')}"`;
  const write = (item: unknown): string => {
    if (typeof item === 'string') return text(item);
    if (Array.isArray(item)) return `[${pad()}${item.map((member) => write(member) + pad()).join(`,${pad()}`)}]`;
    if (typeof item === 'object' && item !== null) {
      const members = Object.entries(item).map(
        ([key, member]) => `${text(key)}${pad()}:${pad()}${write(member)}${pad()}`,
      );
      return `{${pad()}${members.join(`,${pad()}`)}}`;
    }
    return JSON.stringify(item);
  };
  return pad() + write(value) + pad();
}

/** What {@link looseJson} draws from. */
export const bits = fc.infiniteStream(fc.nat(9));
