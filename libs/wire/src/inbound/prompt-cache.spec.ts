import { describe, expect, it } from '@jest/globals';
import { parseChatRequest } from '../chat/parse-request.js';
import { toChatRequest } from '../chat/to-request.js';
import { claudeCapabilities } from '../messages/claude-capabilities.js';
import { toMessagesRequest } from '../messages/to-request.js';
import { capabilitiesFor } from '../openai/capabilities.js';
import { parseResponsesRequest } from '../responses/parse-request.js';
import { toResponsesRequest } from '../responses/to-request.js';
import { promptCacheOf } from './prompt-cache.js';

const said = {
  prompt_cache_key: 'session-1',
  prompt_cache_retention: '24h',
  prompt_cache_options: { mode: 'implicit', ttl: '30m' },
};
const everything = ['prompt_cache_key', 'prompt_cache_retention', 'prompt_cache_options'];

const clients = {
  Chat: (members: object) =>
    parseChatRequest({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...members }).request,
  Responses: (members: object) => parseResponsesRequest({ model: 'm', input: 'hi', ...members }).request,
};
const upstreams = {
  Chat: toChatRequest,
  Responses: toResponsesRequest,
};

function modelOf(model: string) {
  return { provider: 'openai', model, capabilities: capabilitiesFor(model) };
}

describe.each(Object.entries(clients))('what a %s client says of the prompt cache', (_client, parse) => {
  describe.each(Object.entries(upstreams))('is told to a %s upstream', (_upstream, translate) => {
    it('that takes all of it', () => {
      const { body, warnings } = translate(parse({ ...said, user: 'somebody' }), modelOf('gpt-5.6'));
      expect(body).toMatchObject(said);
      expect(warnings).toEqual([]);
    });

    it('as far as the model takes it, with a warning for the rest', () => {
      const { body, warnings } = translate(parse(said), modelOf('gpt-5.4'));
      expect(body).toMatchObject({ prompt_cache_key: 'session-1', prompt_cache_retention: '24h' });
      expect(body).not.toHaveProperty('prompt_cache_options');
      expect(warnings).toEqual([{ code: 'prompt_cache_dropped', path: 'prompt_cache_options' }]);
    });

    it('that knows none of it by a warning', () => {
      const { body, warnings } = translate(parse(said), modelOf('qwen3-coder'));
      expect(JSON.stringify(body)).not.toContain('prompt_cache');
      expect(warnings.map(({ path }) => path)).toEqual(everything);
    });
  });

  it('is a warning where the upstream is Anthropic', () => {
    const upstream = { provider: 'anthropic', model: 'claude-x', capabilities: claudeCapabilities('claude-x') };
    const { body, warnings } = toMessagesRequest(parse(said), upstream);
    expect(JSON.stringify(body)).not.toContain('prompt_cache');
    expect(warnings).toEqual(everything.map((path) => ({ code: 'prompt_cache_dropped', path })));
  });

  it.each([{ prompt_cache_key: 5 }, { prompt_cache_retention: 'for ever' }, { prompt_cache_options: 'all' }])(
    'is refused with its path when it is %j',
    (members) => {
      expect(() => parse(members)).toThrow(
        expect.objectContaining({ code: 'invalid_request', context: { path: Object.keys(members)[0] } }),
      );
    },
  );

  it('may be null, which says nothing', () => {
    expect(promptCacheOf(parse({ prompt_cache_key: null, prompt_cache_options: null }))).toEqual({});
  });
});
