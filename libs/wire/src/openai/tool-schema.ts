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
  const properties = new Properties(schema);
  const required = new Set(stringsOf(schema.required));
  for (const key of refusedAtTop) delete result[key];
  for (const branch of branchesOf(schema.allOf, schema)) {
    properties.add(branch);
    for (const name of stringsOf(branch.schema.required)) required.add(name);
  }
  for (const alternatives of [schema.anyOf, schema.oneOf]) {
    const branches = branchesOf(alternatives, schema);
    for (const branch of branches) properties.add(branch);
    for (const name of requiredByAll(branches)) required.add(name);
  }
  result.properties = properties.folded();
  if (required.size > 0) result.required = [...required];
  return { schema: result, changed: folded };
}

interface Branch {
  readonly schema: Schema;
  /** Whether it stands elsewhere too, so that its properties are there twice once they are folded. */
  readonly isCopy: boolean;
}

/** Every branch once, however many references lead to it. */
function branchesOf(value: unknown, root: Schema): Branch[] {
  if (!Array.isArray(value)) return [];
  const branches = new Map<Schema, Branch>();
  for (const entry of value) {
    const schema = isObject(entry) ? resolved(entry, root) : undefined;
    if (schema === undefined || branches.has(schema)) continue;
    if (schema.type === undefined || schema.type === 'object')
      branches.set(schema, { schema, isCopy: schema !== entry });
  }
  return [...branches.values()];
}

function resolved(schema: Schema, root: Schema): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return schema;
  let target: unknown = root;
  for (const step of reference.slice(2).split('/')) target = isObject(target) ? target[step] : undefined;
  return isObject(target) ? target : schema;
}

/**
 * The properties of several schemas, each with every schema that one of them has for it. Targets of references that lie within
 * each other could be copied into many times the size of the whole: once the copies are as long as that, properties of further
 * ones may be anything.
 */
class Properties {
  /** Name → its schemas, by their JSON. */
  private readonly byName = new Map<string, Map<string, unknown>>();
  private charsToCopy: number;

  constructor(root: Schema) {
    this.charsToCopy = JSON.stringify(root).length;
    this.add({ schema: root, isCopy: false });
  }

  add({ schema: { properties }, isCopy }: Branch): void {
    if (!isObject(properties)) return;
    for (const [name, described] of Object.entries(properties)) {
      const schema = isCopy && !this.canCopy(described) ? {} : described;
      const json = JSON.stringify(schema);
      const known = this.byName.get(name);
      if (known === undefined) this.byName.set(name, new Map([[json, schema]]));
      else if (!known.has(json)) known.set(json, schema);
    }
  }

  private canCopy(schema: unknown): boolean {
    // Once there is no room nothing more is measured: that too takes its time.
    if (this.charsToCopy > 0) this.charsToCopy -= JSON.stringify(schema).length;
    return this.charsToCopy > 0;
  }

  folded(): Schema {
    const entries = [...this.byName].map(([name, schemas]): [string, unknown] => {
      const [only, ...others] = schemas.values();
      return [name, others.length === 0 ? only : { anyOf: [only, ...others] }];
    });
    // Unlike an assignment, this makes a property of the name `__proto__` too.
    return Object.fromEntries(entries);
  }
}

function requiredByAll(branches: readonly Branch[]): string[] {
  const [first, ...others] = branches.map(({ schema }) => new Set(stringsOf(schema.required)));
  return first === undefined ? [] : [...first].filter((name) => others.every((names) => names.has(name)));
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
