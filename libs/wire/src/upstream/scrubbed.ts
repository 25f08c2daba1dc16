const secrets: readonly (readonly [RegExp, string])[] = [
  [/\b(?:sk|pk|rk)-[\w-]{6,}\b|\b[\w-]*\*{3,}[\w-]*/g, '[key]'],
  [/\b(?:org|proj)[-_][A-Za-z0-9]{6,}\b/g, '[account]'],
  [/\barn:[\w:/.*-]+/g, '[resource]'],
  [/\bhttps?:\/\/[^\s'")]+/g, '[link]'],
  [/\b[\w-]+(?:\.[\w-]+)*\.(?:azure\.com|windows\.net|amazonaws\.com|internal|local)\b/gi, '[host]'],
  [/\/subscriptions\/[^\s'"]+/g, '[resource]'],
];

/** An upstream's words without what belongs to the operator alone: keys, accounts, hosts, resources. */
export function scrubbed(message: string): string {
  let text = message;
  for (const [pattern, stand] of secrets) text = text.replaceAll(pattern, stand);
  return text;
}
