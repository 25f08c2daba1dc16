import { describe, expect, it } from '@jest/globals';

import { functionParameters, isStrictSchema } from './tool-schema.js';

const part = (name: string) => ({ type: 'object', properties: { [name]: {} }, required: [name] });

describe('a tool’s schema', () => {
  it('that fits is the same object', () => {
    const schema = {
      $schema: 'x',
      type: 'object',
      properties: { a: { type: 'integer', maximum: Number.MAX_SAFE_INTEGER } },
    };
    expect(functionParameters(schema)).toEqual({ schema, changed: false });
    expect(functionParameters(schema).schema).toBe(schema);
  });

  it.each([[{ type: 'object' }], [{}], [undefined], [{ type: ['object', 'null'], properties: {} }]])(
    '%j has properties',
    (schema) => {
      expect(functionParameters(schema)).toEqual({ schema: { type: 'object', properties: {} }, changed: false });
    },
  );

  it('with alternatives at the top is one object that admits them all', () => {
    const schema = {
      type: 'object',
      properties: { id: { type: 'string' } },
      required: ['id'],
      anyOf: [
        { properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a', 'b'] },
        { properties: { a: { type: 'number' } }, required: ['a'] },
        { $ref: '#/$defs/third' },
      ],
      $defs: { third: { type: 'object', properties: { c: {} }, required: ['a', 'c'] } },
    };
    expect(functionParameters(schema)).toEqual({
      changed: true,
      schema: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          a: { anyOf: [{ type: 'string' }, { type: 'number' }] },
          b: { type: 'string' },
          c: {},
        },
        required: ['id', 'a'],
        $defs: schema.$defs,
      },
    });
  });

  it('with very many alternatives at the top has each of their properties once, and side by side', () => {
    const kinds = Array.from({ length: 20_000 }, (_, index) => ({ const: index % 10_000 }));
    const anyOf = kinds.map((kind) => ({ properties: { kind }, required: ['kind'] }));
    expect(functionParameters({ anyOf }).schema).toEqual({
      type: 'object',
      properties: { kind: { anyOf: kinds.slice(0, 10_000) } },
      required: ['kind'],
    });
  });

  it('with very many references to one alternative has its properties, and needs what it needs', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `a${index}`);
    const one = { properties: Object.fromEntries(names.map((name) => [name, {}])), required: names };
    const anyOf = Array.from({ length: 100_000 }, () => ({ $ref: '#/$defs/one' }));
    expect(functionParameters({ anyOf, $defs: { one } }).schema).toEqual({ type: 'object', ...one, $defs: { one } });
  });

  it('with references to parts of one another is about as long as it was', () => {
    let leaf: unknown = { type: 'string', description: 'x'.repeat(10_000) };
    const anyOf = Array.from({ length: 200 }, (_, depth) => ({ $ref: `#/$defs/d${'/properties/x'.repeat(depth)}` }));
    for (const _ of anyOf) leaf = { type: 'object', properties: { x: leaf } };
    const whole = { type: 'object', $defs: { d: leaf }, anyOf };
    const { schema } = functionParameters(whole);
    expect(JSON.stringify(schema).length).toBeLessThan(4 * JSON.stringify(whole).length);
    expect(schema).toMatchObject({ properties: { x: { anyOf: expect.arrayContaining([{}]) } } });
  });

  it('with a reference to each of its definitions has all that they say', () => {
    const names = Array.from({ length: 100 }, (_, index) => `a${index}`);
    const $defs = Object.fromEntries(names.map((name) => [name, part(name)]));
    const oneOf = names.map((name) => ({ $ref: `#/$defs/${name}` }));
    expect(functionParameters({ oneOf, $defs }).schema).toMatchObject({
      properties: Object.fromEntries(names.map((name) => [name, {}])),
    });
  });

  it('with allOf at the top needs what every part needs', () => {
    expect(functionParameters({ allOf: [part('a'), part('b')] }).schema).toEqual({
      type: 'object',
      properties: { a: {}, b: {} },
      required: ['a', 'b'],
    });
  });

  it('cannot reach a prototype', () => {
    const hostile: unknown = JSON.parse('{"anyOf":[{"properties":{"__proto__":{"polluted":true},"toString":{}}}]}');
    functionParameters(hostile);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('OpenAI’s strict subset', () => {
  const strict = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };

  it.each([
    [strict],
    [{ ...strict, properties: { a: { type: 'array', items: strict } } }],
    [{ ...strict, properties: { a: { anyOf: [strict, { type: 'null' }] } } }],
    [{ ...strict, $defs: { d: strict }, properties: { a: { $ref: '#/$defs/d' } } }],
  ])('has %j in it', (schema) => {
    expect(isStrictSchema(schema)).toBe(true);
  });

  it.each([
    [undefined],
    [{ type: 'string' }],
    [{ ...strict, additionalProperties: true }],
    [{ ...strict, required: [] }],
    [{ ...strict, anyOf: [strict] }],
    [{ ...strict, properties: { a: { type: 'object' } } }],
    [{ ...strict, properties: { a: { oneOf: [{ type: 'string' }] } } }],
    [{ ...strict, properties: { a: { type: 'string', default: 'x' } } }],
    [{ ...strict, $defs: { d: { type: 'object', properties: {} } } }],
  ])('does not have %j in it', (schema) => {
    expect(isStrictSchema(schema)).toBe(false);
  });

  it('ends on a schema of any depth', () => {
    let schema: unknown = strict;
    for (let depth = 0; depth < 100_000; depth += 1) schema = { type: 'array', items: schema };
    expect(isStrictSchema({ ...strict, properties: { a: schema } })).toBe(false);
  });
});
