import type { Node } from 'yaml';
import { isEndpoint, withoutSlash } from '../endpoint.validator.js';
import { Secret } from '../secret.js';
import type { Path, Reading } from './reading.js';
import { type Shape, text } from './shapes.js';

// Upper case alone: a key that was pasted here by mistake must not pass for a name, because names are printed.
const name = '[A-Z][A-Z0-9_]{0,63}';
const reference = new RegExp(`^\\$\\{env:${name}\\}$`);

/** A secret by `${env:NAME}`. Keys themselves are refused: a route file is committed, mounted and printed. */
export const secretReference: Shape<Secret> = secretFrom(
  text(reference, 'a reference such as ${env:NAME}: keys are not written into this file'),
  (written) => written.slice('${env:'.length, -1),
);

/** A secret by the bare name of its variable. */
export const secretVariable: Shape<Secret> = secretFrom(
  text(
    new RegExp(`^${name}$`),
    'the name of an environment variable in upper case: keys are not written into this file',
  ),
  (written) => written,
);

/** A URL as everywhere in the configuration, or a reference to a variable that holds one. Without a slash at its end. */
export const endpoint: Shape<string> = {
  schema: {
    anyOf: [
      { type: 'string', pattern: '^https?://' },
      { type: 'string', pattern: reference.source },
    ],
  },
  read(node, path, reading) {
    const written = text(/^/, 'a URL').read(node, path, reading);
    if (written === undefined) return undefined;
    const url = reference.test(written) ? variable(written.slice('${env:'.length, -1), node, path, reading) : written;
    if (url === undefined) return undefined;
    if (isEndpoint(url)) return withoutSlash(url);
    reading.fail(
      node,
      path,
      'must be an https URL without credentials in it and without a query (http is accepted on localhost alone)',
    );
    return undefined;
  },
};

function secretFrom(written: Shape<string>, nameOf: (written: string) => string): Shape<Secret> {
  return {
    schema: written.schema,
    read(node, path, reading) {
      const read = written.read(node, path, reading);
      const value = read === undefined ? undefined : variable(nameOf(read), node, path, reading);
      return value === undefined ? undefined : new Secret(value);
    },
  };
}

function variable(variableName: string, node: Node, path: Path, reading: Reading): string | undefined {
  const value = reading.variables[variableName]?.trim();
  if (value) return value;
  reading.fail(node, path, `the environment variable ${variableName} is not set`);
  return undefined;
}
