import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { askForUsage } from './ask-for-usage.js';

function asked(text: string): [string, boolean] {
  const { body, added } = askForUsage(Buffer.from(text));
  return [body.toString(), added];
}

const on = '"stream_options":{"include_usage":true}';

describe('askForUsage', () => {
  it.each([
    ['{"model":"m" , "stream":true}\n', `{"model":"m" , "stream":true,${on}}\n`],
    ['{"stream": true,"stream_options":{}}', `{"stream": true,${on}}`],
    [
      '{"stream":true,"stream_options": null ,"n":1}',
      '{"stream":true,"stream_options": {"include_usage":true} ,"n":1}',
    ],
    [
      '{"stream":true,"stream_options":{"include_usage": false}}',
      '{"stream":true,"stream_options":{"include_usage": true}}',
    ],
    [
      '{"stream":true,"stream_options":{ "include_obfuscation":false }}',
      '{"stream":true,"stream_options":{ "include_obfuscation":false,"include_usage":true }}',
    ],
    ['{"stream_options":{"include_usage":true},"stream":true,"stream_options":{}}', `{${on},"stream":true,${on}}`],
  ])('turns the option on in %s', (body, expected) => {
    expect(asked(body)).toEqual([expected, true]);
  });

  it.each([
    `{"stream":true,${on}}`,
    '{"model":"m"}',
    '{"stream":false}',
    '{"stream":true,"stream":false}',
    '{"stream":true,"stream_options":"yes"}',
    '{"messages":[{"stream":true}]}',
    '',
    '[]',
    '{',
  ])('leaves %s as it is', (body) => {
    expect(asked(body)).toEqual([body, false]);
  });

  it('asks in every place where an option stands twice, though the client has asked in the last', () => {
    expect(asked(`{"stream":true,"stream_options":{},${on}}`)).toEqual([`{"stream":true,${on},${on}}`, false]);
  });

  it('changes nothing else of any request', () => {
    const key = fc.oneof(fc.constantFrom('stream', 'stream_options', 'messages'), fc.string());
    const options = fc.record({ include_usage: fc.boolean(), other: fc.jsonValue() }, { requiredKeys: [] });
    const request = fc
      .tuple(fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true }), fc.option(options, { nil: null }))
      .map(([body, stream_options]) => ({ ...body, stream: true, stream_options }));
    fc.assert(
      fc.property(request, fc.boolean(), (body, pretty) => {
        const sent = JSON.stringify(body, null, pretty ? 2 : 0);
        const [text, added] = asked(sent);
        const expected = { ...body, stream_options: { ...body.stream_options, include_usage: true } };
        // By way of JSON, which knows no negative zero.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(expected)));
        expect(added).toBe(body.stream_options?.include_usage !== true);
      }),
    );
  });
});
