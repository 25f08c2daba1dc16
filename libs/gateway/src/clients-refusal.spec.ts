import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { clientsRefusal } from './clients-refusal.js';
import { inboundOf } from './routing/test/routing-of.js';

const messages = [
  { role: 'system', content: 'Be brief.' },
  {
    role: 'user',
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    ],
  },
];

/** What a Chat client reads of a refusal of the canonical request, in which its image is `messages.0.content.1`. */
function told(message: string, path = 'messages.0.content.1'): [message: string, path: string | undefined] {
  const refusal = clientsRefusal(
    new GatewayError('invalid_request', message, { path }),
    inboundOf({ dialect: 'chat' }, { messages }),
  );
  return [refusal.message, refusal.context.path];
}

describe('the refusal of a canonical request', () => {
  it.each([
    ['the path itself', 'messages.0.content.1: no images', 'messages.1.content.1: no images'],
    ['a path around it', 'messages.0.content: no images', 'messages.1.content.1: no images'],
    ['a path in it', 'messages.0.content.1.source: no images', 'messages.1.content.1: no images'],
    ['other words', 'No images: sorry', 'No images: sorry'],
    ['a path that only begins like it', 'messages.0.content.12: no images', 'messages.0.content.12: no images'],
  ])('has the client’s own path, also where its message begins with %s', (_what, message, clients) => {
    expect(told(message)).toEqual([clients, 'messages.1.content.1']);
  });

  it('stays as it is for a Messages client, and where it names no path', () => {
    const refusal = new GatewayError('invalid_request', 'messages.0: no', { path: 'messages.0' });
    expect(clientsRefusal(refusal, inboundOf({}, {}))).toBe(refusal);
    const pathless = new GatewayError('invalid_request', 'no');
    expect(clientsRefusal(pathless, inboundOf({ dialect: 'chat' }, {}))).toBe(pathless);
  });
});
