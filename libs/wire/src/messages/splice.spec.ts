import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { dropOwnThinking, spliceModel } from './splice.js';

const model = (text: string, name = 'new') => spliceModel(Buffer.from(text), name).toString();
const thinking = (text: string) => dropOwnThinking(Buffer.from(text)).toString();

/** JSON text with white space, escapes and key order as no serialiser of ours would write them. */
function looseJson(value: unknown, pad: () => string, escape: () => boolean): string {
  const text = (string: string) =>
    `"${Array.from(string)
      .map((char) =>
        escape() && char.length === 1
          ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
          : JSON.stringify(char).slice(1, -1),
      )
      .join('')}"`;
  const write = (item: unknown): string => {
    if (typeof item === 'string') return text(item);
    if (Array.isArray(item)) return `[${pad()}${item.map((member) => write(member) + pad()).join(`,${pad()}`)}]`;
    if (typeof item === 'object' && item !== null) {
      const members = Object.entries(item).map(
        ([key, member]) => `${text(key)}${pad()}:${pad()}${write(member)}${pad()}`,
      );
      return `{${pad()}${members.join(`,${pad()}`)}}`;
    }
    return JSON.stringify(item);
  };
  return pad() + write(value) + pad();
}

const bits = fc.infiniteStream(fc.nat(9));

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
        dropOwnThinking(Buffer.concat([Buffer.from(bytes), Buffer.from('cpx1.')]));
      }),
    );
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'a', ' ', '"messages"', '"model"'),
        }),
        (text) => {
          model(text);
          thinking(`${text}cpx1.`);
        },
      ),
    );
  });

  it('walks JSON of any depth', () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},"model":"x"}`;
    expect(model(deep)).toBe(deep.replace('"x"', '"new"'));
  });
});

function body(...blocks: string[]): string {
  return `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[${blocks.join(', ')}]}]}`;
}

function isOwn(item: Record<string, unknown>): boolean {
  if (item.type === 'thinking') return String(item.signature).startsWith('cpx1.');
  return item.type === 'redacted_thinking' && String(item.data).startsWith('cpx1.');
}

describe('dropOwnThinking', () => {
  const own = '{"type":"thinking","thinking":"t","signature":"cpx1.abc"}';
  const foreign = '{"type":"thinking","thinking":"t","signature":"EqQB"}';
  const text = '{"type":"text","text":"cpx1."}';
  it('removes blocks with our envelope wherever they stand, and one comma each', () => {
    expect(thinking(body(own, text))).toBe(body(text));
    expect(thinking(body(text, own))).toBe(body(text));
    expect(thinking(body(own, own, text, own, foreign, own))).toBe(body(text, foreign));
  });

  it('keeps signatures that are not ours, and texts that mention it', () => {
    expect(thinking(body(foreign, text))).toBe(body(foreign, text));
  });

  it('removes a message of which nothing would be left', () => {
    expect(thinking(body(own))).toBe('{"messages":[{"role":"user","content":"q"}]}');
  });

  it('returns the same buffer when there is nothing of ours', () => {
    const buffer = Buffer.from(body(foreign));
    expect(dropOwnThinking(buffer)).toBe(buffer);
  });

  it('equals a filter over the parsed body, for any JSON however it is written', () => {
    const block = fc.oneof(
      fc.record({ type: fc.constant('thinking'), signature: fc.constantFrom('cpx1.a', 'cpx1.', 'real', 'xcpx1.') }),
      fc.record({
        signature: fc.constant('cpx1.z'),
        x: fc.jsonValue(),
        type: fc.constantFrom('thinking', 'text', 'tool_use'),
      }),
      fc.record({ type: fc.constant('redacted_thinking'), data: fc.constantFrom('cpx1.r', 'zz') }),
      fc.record({ type: fc.constant('text'), text: fc.string() }),
    );
    const message = fc.record({ role: fc.constant('assistant'), content: fc.oneof(fc.string(), fc.array(block)) });
    fc.assert(
      fc.property(fc.record({ a: fc.jsonValue(), messages: fc.array(message) }), bits, (value, random) => {
        const draw = random[Symbol.iterator]();
        const pad = () => ['', ' ', '\n'][draw.next().value % 3] ?? '';
        const input = looseJson(value, pad, () => false);
        const parsed = JSON.parse(input) as { messages: { content: string | Record<string, unknown>[] }[] };
        const expected = {
          ...parsed,
          messages: parsed.messages
            .filter(({ content }) => typeof content === 'string' || content.length === 0 || !content.every(isOwn))
            .map((item) =>
              typeof item.content === 'string' ? item : { ...item, content: item.content.filter((one) => !isOwn(one)) },
            ),
        };
        expect(JSON.parse(thinking(input))).toEqual(expected);
      }),
    );
  });
});
