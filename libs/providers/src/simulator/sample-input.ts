import { isRecord } from './json-reader.js';

/** A small value that satisfies the common parts of a JSON schema: enough for a client to run the tool. */
export function sampleInput(schema: unknown): unknown {
  if (!isRecord(schema)) return {};
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) return sampleInput(alternatives[0]);
  switch ([schema['type']].flat()[0]) {
    case 'string':
      return 'sample';
    case 'integer':
    case 'number':
      return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return typeof schema['minItems'] === 'number' && schema['minItems'] > 0 ? [sampleInput(schema['items'])] : [];
    default: {
      const properties = isRecord(schema['properties']) ? schema['properties'] : {};
      const required = Array.isArray(schema['required'])
        ? schema['required'].filter((key) => typeof key === 'string')
        : [];
      return Object.fromEntries(required.map((key) => [key, sampleInput(properties[key])]));
    }
  }
}
