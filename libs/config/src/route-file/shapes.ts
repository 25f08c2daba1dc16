import { isMap, isScalar, isSeq, type Node, Scalar } from 'yaml';
import type { Path, Reading } from './reading.js';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a value of the file may be: in one place as the reader that checks it and as the JSON schema that is published. */
export interface Shape<T> {
  readonly schema: JsonSchema;
  /** Undefined for what does not fit; the reading has noted why. */
  read(node: Node, path: Path, reading: Reading): T | undefined;
}

/** A member of an object. */
export interface Field<T, Presence extends 'required' | 'optional' | 'defaulted'> {
  readonly shape: Shape<T>;
  readonly presence: Presence;
  readonly description: string;
  readonly fallback?: T;
}

type AnyField = Field<unknown, 'required' | 'optional' | 'defaulted'>;
type ValueOf<F> = F extends Field<infer T, infer _Presence> ? T : never;

export type ObjectOf<Fields extends Readonly<Record<string, AnyField>>> = {
  readonly [Name in keyof Fields as Fields[Name]['presence'] extends 'optional' ? never : Name]: ValueOf<Fields[Name]>;
} & {
  readonly [Name in keyof Fields as Fields[Name]['presence'] extends 'optional' ? Name : never]?: ValueOf<Fields[Name]>;
};

export function required<T>(shape: Shape<T>, description: string): Field<T, 'required'> {
  return { shape, presence: 'required', description };
}

export function optional<T>(shape: Shape<T>, description: string): Field<T, 'optional'> {
  return { shape, presence: 'optional', description };
}

export function defaulted<T>(shape: Shape<T>, fallback: T, description: string): Field<T, 'defaulted'> {
  return { shape, presence: 'defaulted', description, fallback };
}

/** A value without parts. `expected` ends the sentence "must be …". */
export function scalar<T>(schema: JsonSchema, expected: string, accept: (value: unknown) => T | undefined): Shape<T> {
  return {
    schema,
    read(node, path, reading) {
      const resolved = reading.resolve(node);
      const accepted = isScalar(resolved) ? accept(resolved.value) : undefined;
      if (accepted === undefined) reading.fail(node, path, `must be ${expected}`);
      return accepted;
    },
  };
}

export function text(pattern: RegExp, expected: string): Shape<string> {
  return scalar({ type: 'string', pattern: pattern.source }, expected, (value) =>
    typeof value === 'string' && pattern.test(value) ? value : undefined,
  );
}

export function integer(minimum: number, maximum: number): Shape<number> {
  return scalar({ type: 'integer', minimum, maximum }, `a whole number from ${minimum} to ${maximum}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined,
  );
}

export const flag: Shape<boolean> = scalar({ type: 'boolean' }, 'true or false', (value) =>
  typeof value === 'boolean' ? value : undefined,
);

export function choice<const T extends string>(...values: readonly T[]): Shape<T> {
  return scalar({ enum: values }, `one of ${values.join(', ')}`, (value) => values.find((known) => known === value));
}

export function list<T>(item: Shape<T>, least = 1): Shape<readonly T[]> {
  return {
    schema: { type: 'array', items: item.schema, minItems: least },
    read(node, path, reading) {
      const resolved = reading.resolve(node);
      if (!isSeq<Node>(resolved) || resolved.items.length < least) {
        reading.fail(node, path, least === 0 ? 'must be a list' : 'must be a list that is not empty');
        return undefined;
      }
      const items = resolved.items.map((entry, index) => item.read(entry, [...path, index], reading));
      return items.every((entry) => entry !== undefined) ? items : undefined;
    },
  };
}

/** A list, or what would be its only member. */
export function oneOrMore<T>(item: Shape<T>): Shape<readonly T[]> {
  const many = list(item);
  return {
    schema: { anyOf: [item.schema, many.schema] },
    read(node, path, reading) {
      if (isSeq(reading.resolve(node))) return many.read(node, path, reading);
      const value = item.read(node, path, reading);
      return value === undefined ? undefined : [value];
    },
  };
}

/** An object, or the one member that is enough in most places. */
export function shorthand<Short, T>(short: Shape<Short>, whole: Shape<T>, widen: (value: Short) => T): Shape<T> {
  return {
    schema: { anyOf: [short.schema, whole.schema] },
    read(node, path, reading) {
      if (isMap(reading.resolve(node))) return whole.read(node, path, reading);
      const value = short.read(node, path, reading);
      return value === undefined ? undefined : widen(value);
    },
  };
}

export function object<const Fields extends Readonly<Record<string, AnyField>>>(
  fields: Fields,
): Shape<ObjectOf<Fields>> {
  const entries = Object.entries<AnyField>(fields);
  const mandatory = entries.filter(([, { presence }]) => presence === 'required').map(([name]) => name);
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(entries.map(([name, field]) => [name, memberSchema(field)])),
      ...(mandatory.length > 0 && { required: mandatory }),
      additionalProperties: false,
    },
    read(node, path, reading) {
      const members = membersOf(node, path, reading);
      if (members === undefined) return undefined;
      for (const [name, { key }] of members) {
        if (!Object.hasOwn(fields, name)) {
          reading.fail(key, path, `has a member that is not known here; known are: ${Object.keys(fields).join(', ')}`);
        }
      }
      const value: Record<string, unknown> = {};
      for (const [name, field] of entries) {
        const member = members.get(name);
        if (member !== undefined) value[name] = field.shape.read(member.value, [...path, name], reading);
        else if (field.presence === 'required') reading.fail(node, path, `lacks "${name}"`);
        else if (field.presence === 'defaulted') value[name] = field.fallback;
      }
      return value as ObjectOf<Fields>;
    },
  };
}

/** An object whose member names are the operator's own. */
export function dictionary<T>(member: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return {
    schema: { type: 'object', additionalProperties: member.schema },
    read(node, path, reading) {
      const result = new Map<string, T>();
      for (const [name, { value }] of membersOf(node, path, reading) ?? []) {
        const read = member.read(value, [...path, name], reading);
        if (read !== undefined) result.set(name, read);
      }
      return result;
    },
  };
}

function membersOf(node: Node, path: Path, reading: Reading): Map<string, { key: Node; value: Node }> | undefined {
  const resolved = reading.resolve(node);
  if (!isMap<Node, Node | null>(resolved)) {
    reading.fail(node, path, 'must be an object with named members');
    return undefined;
  }
  return new Map(
    resolved.items.map(({ key, value }) => [
      isScalar(key) ? String(key.value) : '',
      { key, value: value ?? nothingAfter(key) },
    ]),
  );
}

/** `name` in a flow mapping, without a colon: a null that has a place. */
function nothingAfter(key: Node): Node {
  const nothing = new Scalar(null);
  nothing.range = key.range;
  return nothing;
}

function memberSchema({ shape, description, fallback }: AnyField): JsonSchema {
  return { ...shape.schema, description, ...(fallback !== undefined && { default: fallback }) };
}
