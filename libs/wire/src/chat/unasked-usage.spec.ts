import { describe, expect, it } from '@jest/globals';
import { everyCut } from '../upstream/test/cut-anywhere.js';
import { UnaskedUsage } from './unasked-usage.js';

const usage = '"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}';
const usageChunk = `data: {"id":"c","choices":[],${usage}}\n\n`;
const others = [
  'data: {"choices":[],"prompt_filter_results":[]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"é \\"prompt_tokens\\" data: {\\"choices\\":[]}"}}],"usage":null}\n\n',
  ': ping\n\n',
  `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],${usage}}\n\n`,
  `data: {"choices":[],${usage}\n\n`,
];
const done = 'data: [DONE]\n\n';

function relayed(chunks: Iterable<Uint8Array>): string {
  const filter = new UnaskedUsage();
  const out: Uint8Array[] = [];
  for (const chunk of chunks) {
    const copy = Uint8Array.from(chunk);
    const bytes = filter.push(copy);
    if (bytes) out.push(Uint8Array.from(bytes));
    copy.fill(120);
  }
  const rest = filter.end();
  return Buffer.concat(rest ? [...out, rest] : out).toString();
}

describe('UnaskedUsage', () => {
  it.each([
    ['line feeds', (text: string) => text],
    ['carriage returns', (text: string) => text.replaceAll('\n', '\r\n')],
  ])('takes out the usage chunk and nothing else, wherever the network cuts, with %s', (_how, written) => {
    const stream = written([...others, usageChunk, done].join(''));
    const expected = written([...others, done].join(''));
    for (const chunks of everyCut(Buffer.from(stream))) expect(relayed(chunks)).toBe(expected);
  });

  it('lets out whole events alone, and what is left at the end', () => {
    const filter = new UnaskedUsage();
    expect(filter.push(Buffer.from(`${done}data: {"cho`))?.toString()).toBe(done);
    expect(filter.push(Buffer.from('ices":'))).toBeUndefined();
    expect(filter.end()?.toString()).toBe('data: {"choices":');
    expect(filter.end()).toBeUndefined();
  });

  it('takes out a usage chunk whose blank line never comes', () => {
    expect(relayed([Buffer.from(done + usageChunk.trimEnd())])).toBe(done);
  });

  it('holds no event without end', () => {
    const filter = new UnaskedUsage();
    const endless = Buffer.alloc(2 * 1024 * 1024, 'x');
    expect(filter.push(endless)?.length).toBe(endless.length);
  });
});
