import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { withoutStream } from './without-stream.js';

function whole(text: string): string {
  return withoutStream(Buffer.from(text)).toString();
}

describe('withoutStream', () => {
  it.each([
    ['{"model":"m", "stream": true}\n', '{"model":"m"}\n'],
    ['{ "stream":true, "model":"m"}', '{ "model":"m"}'],
    ['{"stream":true,"stream_options":{"include_usage":true}}', '{}'],
    ['{"a":1,"stream":true,"b":1.0,"stream_options":null,"stream":true}', '{"a":1,"b":1.0}'],
    ['{"messages":[{"stream":true}]}', '{"messages":[{"stream":true}]}'],
    ['[]', '[]'],
  ])('of %s leaves %s', (body, expected) => {
    expect(whole(body)).toBe(expected);
  });

  it('changes nothing else of any request', () => {
    const key = fc.oneof(fc.constantFrom('stream', 'stream_options', 'messages'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true }), fc.boolean(), (request, pretty) => {
        const { stream: _stream, stream_options: _options, ...rest } = request;
        const text = whole(JSON.stringify(request, null, pretty ? 2 : 0));
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(rest)));
      }),
    );
  });
});
