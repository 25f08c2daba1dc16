/**
 * A test for names, `*` standing for any run of characters. Not a regular expression: the name is a client's, and several `.*`
 * in a row let a long one cost time that grows with a power of its length.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (name) => name === pattern;
  return (name) => {
    if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
    const end = name.length - tail.length;
    let from = head.length;
    // Each part at its first place leaves the most room for those after it.
    for (const part of rest) {
      const at = name.indexOf(part, from);
      if (at === -1 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}
