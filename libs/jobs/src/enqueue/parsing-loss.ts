const strings = /"(?:[^"\\]|\\.)*"/g;
const numbers = /-?\d[\d.eE+-]*/g;
const decimal = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * What `JSON.parse` has lost of a text without a word; undefined where the value says all of it.
 *
 * @param value what `text`, which is JSON, was parsed to
 */
export function parsingLoss(text: string, value: unknown): string | undefined {
  const bare = text.replaceAll(strings, '""');
  if (bare.split(':').length - 1 > memberCount(value)) return 'The same member is given twice';
  const isRounded = (bare.match(numbers) ?? []).some((source) => exactly(source) !== exactly(String(Number(source))));
  return isRounded ? 'A number has more digits than can be kept exactly; send it as a string' : undefined;
}

function memberCount(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members: unknown[] = Object.values(value);
  return members.reduce<number>(
    (count, member) => count + memberCount(member),
    Array.isArray(value) ? 0 : members.length,
  );
}

/** The same for two ways to write one number, `1.10` and `11e-1`. */
function exactly(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = decimal.exec(source) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  let end = digits.length;
  // A pattern for zeros at the end would look at all that follows each of a million in the middle.
  while (digits[end - 1] === '0') end -= 1;
  if (end === 0) return '0';
  return `${sign}${digits.slice(0, end)}e${Number(exponent) - fraction.length + digits.length - end}`;
}
