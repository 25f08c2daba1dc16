import { isObject } from '../json-object.js';

type Schema = Record<string, unknown>;

/** OpenAI refuses these at the top level of a function's parameters. */
const refusedAtTop = ['oneOf', 'anyOf', 'allOf', 'enum', 'not', 'if', 'then', 'else'] as const;

/**
 * A tool's schema as OpenAI accepts it: an object with `properties`, alternatives at the top level folded into one object.
 * `changed` is true when folding let go of a constraint, so that the client is to be told.
 */
export function functionParameters(schema: unknown): { readonly schema: Schema; readonly changed: boolean } {
  if (!isObject(schema)) return { schema: { type: 'object', properties: {} }, changed: false };
  const folded = refusedAtTop.some((key) => key in schema);
  if (!folded && schema.type === 'object' && isObject(schema.properties)) return { schema, changed: false };
  const result: Schema = { ...schema, type: 'object' };
  const properties: Schema = isObject(schema.properties) ? { ...schema.properties } : {};
  const required = new Set(stringsOf(schema.required));
  for (const key of refusedAtTop) delete result[key];
  for (const branch of branchesOf(schema.allOf, schema)) {
    addProperties(properties, branch);
    for (const name of stringsOf(branch.required)) required.add(name);
  }
  for (const alternatives of [schema.anyOf, schema.oneOf]) {
    const branches = branchesOf(alternatives, schema);
    for (const branch of branches) addProperties(properties, branch);
    for (const name of requiredByAll(branches)) required.add(name);
  }
  result.properties = properties;
  if (required.size > 0) result.required = [...required];
  return { schema: result, changed: folded };
}

function branchesOf(value: unknown, root: Schema): Schema[] {
  if (!Array.isArray(value)) return [];
  const branches: Schema[] = [];
  for (const entry of value) {
    const branch = isObject(entry) ? resolved(entry, root) : undefined;
    if (branch !== undefined && (branch.type === undefined || branch.type === 'object')) branches.push(branch);
  }
  return branches;
}

function resolved(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema;
  let target: unknown = root;
  for (const step of reference.slice(2).split('/')) target = isObject(target) ? target[step] : undefined;
  return isObject(target) ? target : schema;
}

function addProperties(properties: Schema, branch: Schema): void {
  if (!isObject(branch.properties)) return;
  for (const [name, schema] of Object.entries(branch.properties)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known === undefined) {
      Object.defineProperty(properties, name, { value: schema, enumerable: true, configurable: true, writable: true });
    } else if (JSON.stringify(known) !== JSON.stringify(schema)) {
      properties[name] = { anyOf: [known, schema] };
    }
  }
}

function requiredByAll(branches: readonly Schema[]): string[] {
  const [first, ...others] = branches;
  if (first === undefined) return [];
  return stringsOf(first.required).filter((name) =>
    others.every((branch) => stringsOf(branch.required).includes(name)),
  );
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** Outside OpenAI's subset for `strict: true`. */
const refusedWhenStrict = new Set([
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'default',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'propertyNames',
  'unevaluatedProperties',
  'unevaluatedItems',
  'prefixItems',
  'contains',
  'minContains',
  'maxContains',
  'uniqueItems',
  'minProperties',
  'maxProperties',
]);

/** Whether OpenAI takes the schema with `strict: true`: every property required, nothing additional, at every level. */
export function isStrictSchema(schema: unknown): boolean {
  return isObject(schema) && schema.type === 'object' && !('anyOf' in schema) && isStrictNode(schema, 0);
}

function isStrictNode(node: unknown, depth: number): boolean {
  // OpenAI's own limit is ten levels of nesting; the bound also ends a schema made to exhaust the stack.
  if (!isObject(node) || depth > 20) return false;
  for (const key of Object.keys(node)) if (refusedWhenStrict.has(key)) return false;
  if (isObjectNode(node) && !isStrictObject(node)) return false;
  return (
    areStrict(node.properties, depth) &&
    areStrict(node['$defs'], depth) &&
    areStrict(node.definitions, depth) &&
    areStrict(node.anyOf, depth) &&
    (node.items === undefined || isStrictNode(node.items, depth + 1))
  );
}

function isObjectNode(node: Schema): boolean {
  const { type } = node;
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || 'properties' in node;
}

function isStrictObject(node: Schema): boolean {
  if (node.additionalProperties !== false || !isObject(node.properties)) return false;
  const required = new Set(stringsOf(node.required));
  return Object.keys(node.properties).every((name) => required.has(name));
}

function areStrict(children: unknown, depth: number): boolean {
  if (children === undefined) return true;
  const nodes = Array.isArray(children) ? children : isObject(children) ? Object.values(children) : [undefined];
  return nodes.every((node) => isStrictNode(node, depth + 1));
}
