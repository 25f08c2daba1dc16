import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { bits, looseJson } from './test/loose-json.js';
import type { Warning } from '../warning.js';
import { withoutOwnBlocks } from './own-blocks.js';

const edit = (text: string) => withoutOwnBlocks(Buffer.from(text), []).toString();

function body(...blocks: string[]): string {
  return `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":[${blocks.join(', ')}]}]}`;
}

function cited(...indexes: string[]): string {
  return JSON.stringify({
    type: 'text',
    text: 'Found.',
    citations: indexes.map((encrypted_index) => ({ type: 'web_search_result_location', encrypted_index })),
    cache_control: { type: 'ephemeral' },
  });
}

function isOwn(item: Record<string, unknown>): boolean {
  if (item.type === 'thinking') return String(item.signature).startsWith('cpx1.');
  return item.type === 'redacted_thinking' && String(item.data).startsWith('cpx1.');
}

describe('withoutOwnBlocks', () => {
  const own = '{"type":"thinking","thinking":"t","signature":"cpx1.abc"}';
  const foreign = '{"type":"thinking","thinking":"t","signature":"EqQB"}';
  const text = '{"type":"text","text":"cpx1."}';
  it('removes blocks with our envelope wherever they stand, and one comma each', () => {
    expect(edit(body(own, text))).toBe(body(text));
    expect(edit(body(text, own))).toBe(body(text));
    expect(edit(body(own, own, text, own, foreign, own))).toBe(body(text, foreign));
  });

  it('keeps signatures that are not ours, and texts that mention it', () => {
    expect(edit(body(foreign, text))).toBe(body(foreign, text));
  });

  it('removes a message of which nothing would be left', () => {
    expect(edit(body(own))).toBe('{"messages":[{"role":"user","content":"q"}]}');
  });

  it('returns the same buffer when there is nothing of ours', () => {
    const buffer = Buffer.from(body(foreign));
    expect(withoutOwnBlocks(buffer, [])).toBe(buffer);
  });

  describe('of searches that another vendor’s model made', () => {
    const use = '{"type":"server_tool_use","id":"srvtoolu_cpx1_ws_1","name":"web_search","input":{"query":"q"}}';
    const result =
      '{"type":"web_search_tool_result","tool_use_id":"srvtoolu_cpx1_ws_1","content":' +
      '[{"type":"web_search_result","url":"https://example.org","title":"Example","encrypted_content":""}]}';
    const told = '{"type":"text","text":"[web_search {\\"query\\":\\"q\\"}: Example — https://example.org]"}';

    it('tells what was sought and found in a line', () => {
      expect(edit(body(own, use, result, text))).toBe(body(told, text));
      expect(edit(body(text, use, text, result))).toBe(body(text, told, text));
    });

    it('tells of a search that found nothing, and of a result whose search is not there', () => {
      const nothing = '{"type":"web_search_tool_result","tool_use_id":"srvtoolu_cpx1_ws_1","content":[]}';
      expect(edit(body(use, nothing))).toBe(body('{"type":"text","text":"[web_search {\\"query\\":\\"q\\"}]"}'));
      expect(edit(body(result))).toBe(body('{"type":"text","text":"[web_search: Example — https://example.org]"}'));
    });

    it('warns of each line, with its place in the request', () => {
      const warnings: Warning[] = [];
      withoutOwnBlocks(Buffer.from(body(own, text, use, result, cited('cpx1.'))), warnings);
      expect(warnings).toEqual([{ code: 'server_tool_history_summarised', path: 'messages.1.content.2' }]);
    });

    it('takes their citations off a text, and leaves all others', () => {
      expect(edit(body(cited('cpx1.', 'Eo8BCioIAhgB')))).toBe(body(cited('Eo8BCioIAhgB')));
      expect(edit(body(cited('cpx1.')))).toBe(body(cited().replace('[]', 'null')));
      expect(edit(body(own, cited('Eo8BCioIAhgB')))).toBe(body(cited('Eo8BCioIAhgB')));
    });

    it('leaves Anthropic’s own', () => {
      const anthropics = body(use, result).replaceAll('cpx1_ws_', '01').replace('"":', '"EqgfCio":');
      expect(edit(anthropics)).toBe(anthropics);
    });
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
        expect(JSON.parse(edit(input))).toEqual(expected);
      }),
    );
  });

  it('never hangs or throws on bytes that are no JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        withoutOwnBlocks(Buffer.concat([Buffer.from(bytes), Buffer.from('"cpx1.')]), []);
      }),
    );
    const unit = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      'a',
      ' ',
      '"messages"',
      '"content"',
      '"cpx1."',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (anything) => {
        edit(`${anything}"cpx1.`);
      }),
    );
  });
});
