import { describe, expect, it } from '@jest/globals';
import { toChatRequest } from '../chat/to-request.js';
import type { MessagesRequest } from '../messages/messages.js';
import { toResponsesRequest } from '../responses/to-request.js';
import { capabilitiesFor } from './capabilities.js';
import type { ModelCapabilities } from './upstream-model.js';

const url = 'https://files.example/a';
const image = { type: 'image', source: { type: 'url', url } };
const pdf = { type: 'document', source: { type: 'url', url } };

const asked = (block: object) => [{ role: 'user', content: [{ type: 'text', text: 'Look.' }, block] }];
const asResult = (block: object) => [
  { role: 'user', content: 'Go.' },
  { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [block] }] },
];

const upstreams = [
  ['Chat', toChatRequest, 'gpt-4o'],
  ['Responses', toResponsesRequest, 'gpt-5.4'],
] as const;

describe.each(upstreams)('on a %s upstream', (dialect, translate, model) => {
  function sent(messages: object[], changes: Partial<ModelCapabilities> = {}): string {
    const request = { model: 'm', max_tokens: 64, messages } as unknown as MessagesRequest;
    const capabilities = { ...capabilitiesFor(model), ...changes };
    const { body, warnings } = translate(request, { provider: 'openai', model, capabilities });
    expect(warnings).toEqual([]);
    return JSON.stringify(body);
  }

  it('an image behind a URL is left to the upstream to fetch, in a tool’s result too', () => {
    expect(sent(asked(image))).toContain(url);
    expect(sent(asResult(image))).toContain(url);
  });

  it('a document that is no PDF is a 400 that names its type, and is never sent as one', () => {
    const csv = { type: 'document', source: { type: 'base64', media_type: 'text/csv', data: 'YSxi' } };
    expect(() => sent(asked(csv))).toThrow(/^messages\.0\.content\.1\.source\.media_type: .*`text\/csv`/);
  });

  it('one that the upstream does not fetch is a 400 that names it: the gateway fetches nothing either', () => {
    const cannot = { imageUrls: false };
    expect(() => sent(asked(image), cannot)).toThrow(/^messages\.0\.content\.1\.source: .*Send the content itself/);
    expect(() => sent(asResult(image), cannot)).toThrow(/^messages\.2\.content\.0\.content\.0\.source: /);
    const inline = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } };
    expect(sent(asked(inline), cannot)).toContain('data:image/png;base64,AA');
  });

  it('a PDF behind a URL goes on where the API takes one, and is a 400 that names it elsewhere', () => {
    if (dialect === 'Responses') {
      expect(sent(asked(pdf))).toContain(`"file_url":"${url}"`);
      expect(sent(asResult(pdf))).toContain(`"file_url":"${url}"`);
    } else {
      expect(() => sent(asked(pdf))).toThrow(/^messages\.0\.content\.1\.source: /);
      expect(() => sent(asResult(pdf))).toThrow(/^messages\.2\.content\.0\.content\.0\.source: /);
    }
    expect(() => sent(asked(pdf), { pdfInput: false })).toThrow(/^messages\.0\.content\.1/);
  });

  it.each([image, pdf])('a $type of the Files API is a 400 that names it', (block) => {
    const stored = { ...block, source: { type: 'file', file_id: 'file_1' } };
    expect(() => sent(asked(stored))).toThrow(/^messages\.0\.content\.1\.source: files of the Files API/);
  });
});
