import { readFileSync } from 'node:fs';
import { format } from 'oxfmt';

/** The text as `npm run format` would leave it, so that a formatted page is no drift. */
export async function formatted(path, text) {
  const { $schema: _schema, ignorePatterns: _ignored, ...options } = JSON.parse(readFileSync('.oxfmtrc.json', 'utf8'));
  const { code, errors } = await format(path, text, options);
  if (errors.length > 0) throw new Error(`${path} cannot be formatted: ${JSON.stringify(errors)}`);
  return code;
}
