import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bits, looseJson } from './test/loose-json.js';
import { spliceModel } from './splice.js';

const model = (text: string, name = 'new') => spliceModel(Buffer.from(text), name).toString();

describe('spliceModel', () => {
  it('replaces the top-level model and leaves every other byte', () => {
    expect(model('{ "model" : "old","max_tokens":1.0, "x":"\\u00e9é" }')).toBe(
      '{ "model" : "new","max_tokens":1.0, "x":"\\u00e9é" }',
    );
  });

  it('leaves nested models alone', () => {
    const text = '{"a":{"model":"x"},"messages":[{"model":"y"}],"model":"old","t":"\\"model\\":\\"z\\""}';
    expect(model(text)).toBe(text.replace('"old"', '"new"'));
  });

  it('replaces every spelling of a repeated key, so that no parser reaches the other one', () => {
    expect(model(String.raw`{"model":"a","model":"b","mod\u0065l":"c","\u006Dodel":"d"}`)).toBe(
      String.raw`{"model":"new","model":"new","mod\u0065l":"new","\u006Dodel":"new"}`,
    );
  });

  it('replaces a repeated key behind the leading one, spelt the same or with an escape', () => {
    expect(model('{"model":"a","x":1,"model":"b"}')).toBe('{"model":"new","x":1,"model":"new"}');
    expect(model(String.raw`{"model":"a","mod\u0065l":"b"}`)).toBe(String.raw`{"model":"new","mod\u0065l":"new"}`);
  });

  it('finds the end of a long text that ends in backslashes', () => {
    const long = 'x'.repeat(100);
    for (const slashes of ['', '\\', '\\\\', '\\"', '"']) {
      const text = JSON.stringify({ x: long + slashes, model: 'a', y: `${long}${slashes}${long}` });
      expect(model(text)).toBe(text.replace('"a"', '"new"'));
    }
  });

  it('finds the end of a value that holds escaped quotes', () => {
    expect(model(String.raw`{"model":"a\"b\\","x":1}`)).toBe('{"model":"new","x":1}');
    expect(model(String.raw`{"x":"\\","model":"a","y":"\\\""}`)).toBe(String.raw`{"x":"\\","model":"new","y":"\\\""}`);
  });

  it('is not misled by a text that ends in the key', () => {
    expect(model(String.raw`{"x":"\"model","model":"a"}`)).toBe(String.raw`{"x":"\"model","model":"new"}`);
    expect(model(String.raw`{"model":"a","x":"\"model"}`)).toBe(String.raw`{"model":"new","x":"\"model"}`);
  });

  it('escapes the new name', () => {
    expect(model('{"model":"a"}', 'q"\\é')).toBe(String.raw`{"model":"q\"\\é"}`);
  });

  it('returns bodies without the key as they are', () => {
    for (const text of ['{}', '[]', '{"a":{"model":"x"}}', '"model"', '', '[{"model":"x"}]'])
      expect(model(text)).toBe(text);
  });

  it('equals an edit of the parsed body, for any JSON however it is written', () => {
    const anyBody = fc.record({
      model: fc.string(),
      messages: fc.jsonValue(),
      model2: fc.jsonValue(),
      nested: fc.record({ model: fc.string() }),
    });
    fc.assert(
      fc.property(anyBody, bits, fc.string({ unit: 'binary' }), fc.boolean(), (value, random, name, reorder) => {
        const draw = random[Symbol.iterator]();
        const pad = () => ['', ' ', '\n', '\t\r', ''][draw.next().value % 5] ?? '';
        const ordered = reorder ? Object.fromEntries(Object.entries(value).toReversed()) : value;
        const text = looseJson(ordered, pad, () => draw.next().value > 7);
        const original = JSON.parse(text) as Record<string, unknown>;
        expect(JSON.parse(model(text, name))).toEqual({ ...original, model: name.toWellFormed() });
      }),
    );
  });

  it('never hangs or throws on bytes that are no JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        spliceModel(Buffer.from(bytes), 'm');
      }),
    );
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'a', ' ', '"messages"', '"model"'),
        }),
        (text) => {
          model(text);
        },
      ),
    );
  });

  it('walks JSON of any depth', () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},"model":"x"}`;
    expect(model(deep)).toBe(deep.replace('"x"', '"new"'));
  });
});
