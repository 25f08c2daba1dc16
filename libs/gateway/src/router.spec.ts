import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { RouteTargetConfig, TargetConfig } from '#config';
import { GatewayError } from '#wire';
import type { Inbound } from './inbound.js';
import { Router } from './router.js';
import { inboundOf, route, tableOf, target } from './routing/test/routing-of.js';

const caller = { keyId: 'key_1', ownedKeyIds: ['key_1'] };

function inSession(session: string): Inbound {
  return inboundOf({ headers: { 'x-claude-code-session-id': session } }, {});
}

function names(router: Router, inbound: Inbound, keyId = caller.keyId): string[] {
  return router.route(inbound, { keyId, ownedKeyIds: [keyId] }).map(({ config }) => config.name);
}

/** How often each target comes first, over sessions `0` to `count - 1`. */
function shares(router: Router, count: number, inboundFor = inSession): Record<string, number> {
  const first: Record<string, number> = {};
  for (let session = 0; session < count; session += 1) {
    const [name = ''] = names(router, inboundFor(`session-${session}`));
    first[name] = (first[name] ?? 0) + 1 / count;
  }
  return first;
}

function routerOf(entries: readonly RouteTargetConfig[], more: { sticky?: 'none'; fallback?: boolean } = {}): Router {
  const known = new Map<string, TargetConfig>(entries.map(({ target: name }) => [name, target(name)]));
  return new Router(tableOf([...known.values()], [route({ targets: entries, ...more })]));
}

describe('a route', () => {
  it('is the first that fits the model’s name, and its absence is a 404 that names the model', () => {
    const router = new Router(
      tableOf(
        [target('one'), target('two')],
        [
          route({ match: ['claude-opus-5', 'gpt-*'], targets: [{ target: 'one' }] }),
          route({ match: ['claude-*'], targets: [{ target: 'two' }] }),
        ],
      ),
    );
    expect(names(router, inboundOf({}, { model: 'claude-opus-5' }))).toEqual(['one']);
    expect(names(router, inboundOf({}, { model: 'gpt-5' }))).toEqual(['one']);
    expect(names(router, inboundOf({}, { model: 'claude-opus-5-5' }))).toEqual(['two']);
    expect(() => router.route(inboundOf({}, { model: 'mistral' }), caller)).toThrow(
      expect.objectContaining({ code: 'not_found', message: 'model: mistral' }),
    );
  });

  it('is found, and upstream asked, without a client’s mark for the long context window', () => {
    const router = new Router(
      tableOf([target('one')], [route({ match: ['claude-opus-5'], targets: [{ target: 'one' }] })]),
    );
    const [found] = router.route(inboundOf({}, { model: 'claude-opus-5[1m]' }), caller);
    expect(found?.model.model).toBe('claude-opus-5');
  });

  it('asks for its alias, a target of it for its own, and a target’s fixed model is stronger than both', () => {
    const router = new Router(
      tableOf(
        [target('one'), target('two'), target('fixed', { model: 'deployment' })],
        [route({ alias: 'a', targets: [{ target: 'one' }, { target: 'two', alias: 'b' }, { target: 'fixed' }] })],
      ),
    );
    expect(router.route(inSession('s'), caller).map(({ model }) => model.model)).toEqual(['a', 'b', 'deployment']);
  });

  it('tries its targets in their order, weighted ones first, and the chosen one alone without fallback', () => {
    expect(names(routerOf([{ target: 'a' }, { target: 'b' }]), inSession('s'))).toEqual(['a', 'b']);
    const weighted = [{ target: 'a', weight: 1 }, { target: 'b', weight: 1 }, { target: 'c' }, { target: 'd' }];
    const order = names(routerOf(weighted), inSession('s'));
    expect(order.slice(0, 2).toSorted()).toEqual(['a', 'b']);
    expect(order.slice(2)).toEqual(['c', 'd']);
    expect(names(routerOf(weighted, { fallback: false }), inSession('s'))).toEqual(order.slice(0, 1));
  });
});

describe('weights', () => {
  it('are the shares of the sessions', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 5 }), (weights) => {
        const router = routerOf(weights.map((weight, index) => ({ target: `target-${index}`, weight })));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const found = shares(router, 4000);
        for (const [index, weight] of weights.entries()) {
          expect(Math.abs((found[`target-${index}`] ?? 0) - weight / total)).toBeLessThan(0.04);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('are the shares of the requests where sessions do not stick', () => {
    const router = routerOf(
      [
        { target: 'a', weight: 3 },
        { target: 'b', weight: 1 },
      ],
      { sticky: 'none' },
    );
    const found = shares(router, 4000, () => inSession('one and the same'));
    expect(Math.abs((found['a'] ?? 0) - 0.75)).toBeLessThan(0.05);
  });

  it('move no session but those of a target that goes away, and those to the next in their own order', () => {
    const entries = ['a', 'b', 'c', 'd'].map((name, index) => ({ target: name, weight: index + 1 }));
    const whole = routerOf(entries);
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom('a', 'b', 'c', 'd'), (session, gone) => {
        const before = names(whole, inSession(session));
        const after = names(routerOf(entries.filter((entry) => entry.target !== gone)), inSession(session));
        expect(after).toEqual(before.filter((name) => name !== gone));
      }),
    );
  });
});

describe('a canary', () => {
  const entries = [{ target: 'a' }, { target: 'b' }, { target: 'new', canary: 0.05 }];

  it('comes first for its share of the sessions, and is nobody’s fallback', () => {
    const router = routerOf(entries);
    const found = shares(router, 10_000);
    expect(Math.abs((found['new'] ?? 0) - 0.05)).toBeLessThan(0.01);
    for (let session = 0; session < 500; session += 1) {
      const order = names(router, inSession(`session-${session}`));
      expect(order.at(-2)).toBe('a');
      expect(order.at(-1)).toBe('b');
    }
  });

  it('keeps its sessions when its share grows', () => {
    const grown = routerOf(entries.map((entry) => (entry.canary === undefined ? entry : { ...entry, canary: 0.5 })));
    const small = routerOf(entries);
    for (let session = 0; session < 500; session += 1) {
      const inbound = inSession(`session-${session}`);
      if (names(small, inbound)[0] === 'new') expect(names(grown, inbound)[0]).toBe('new');
    }
  });
});

describe('a session', () => {
  const router = routerOf(Array.from({ length: 50 }, (_, index) => ({ target: `t${index}`, weight: 1 })));
  const session = '0f3c6a51-8f0e-4a7e-9a35-2c8f31f0f3aa';
  const expected = names(router, inSession(session));

  it.each([
    ['metadata.user_id as JSON', { metadata: { user_id: JSON.stringify({ device_id: 'd', session_id: session }) } }],
    ['metadata.user_id as it was before', { metadata: { user_id: `user_1_account_2_session_${session}` } }],
    ['prompt_cache_key', { prompt_cache_key: session }],
  ])('is the same by its header and by %s', (_name, body) => {
    expect(names(router, inboundOf({}, body))).toEqual(expected);
  });

  it('is a user where no session is told, else the key and the model', () => {
    const inUser = inboundOf({}, { metadata: { user_id: 'u1' } });
    expect(names(router, inUser, 'k1')).toEqual(names(router, inUser, 'k2'));
    const untold = inboundOf({}, {});
    expect(names(router, untold, 'k1')).toEqual(names(router, untold, 'k1'));
    expect(names(router, untold, 'k1')).not.toEqual(names(router, untold, 'k2'));
    expect(names(router, untold, 'k1')).not.toEqual(names(router, inboundOf({}, { model: 'claude-haiku-5' }), 'k1'));
  });
});

const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } };
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0=' } };
const said = (...content: object[]): object => ({
  messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, ...content] }],
});
const search = { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 8 }] };
const asResult = (block: object): object => ({
  messages: [
    { role: 'user', content: 'read' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'Read', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: [block] }] },
  ],
});

describe('a request', () => {
  const blind = { capabilities: { pdfInput: false, imageInput: false, imageUrls: false, webSearchTool: false } };
  const mixed = new Router(
    tableOf([target('blind', blind), target('able')], [route({ targets: [{ target: 'blind' }, { target: 'able' }] })]),
  );
  const none = new Router(tableOf([target('blind', blind)], [route({ targets: [{ target: 'blind' }] })]));

  it('goes anywhere when it demands nothing, a text document included', () => {
    const plain = { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } };
    for (const body of [{}, said(plain), { tools: [{ ...search.tools[0], defer_loading: true }] }]) {
      expect(names(mixed, inboundOf({}, body))).toEqual(['blind', 'able']);
    }
  });

  it.each([
    ['a PDF', said(pdf), 'messages.0.content.1: This model does not support PDF input.'],
    [
      'a PDF by its URL',
      said({ ...pdf, source: { type: 'url', url: 'https://x.example/a.pdf' } }),
      'messages.0.content.1: This model does not support PDF input.',
    ],
    [
      'a PDF in a tool’s result',
      asResult(pdf),
      'messages.2.content.0.content.0: This model does not support PDF input.',
    ],
    [
      'an image',
      said(image),
      'messages.0.content.1.image: Could not process image: this model does not support image input.',
    ],
    [
      'an image in a tool’s result',
      asResult(image),
      'messages.2.content.0.content.0.image: Could not process image: this model does not support image input.',
    ],
    [
      'an image in a document',
      said({ type: 'document', source: { type: 'content', content: [image] } }),
      'messages.0.content.1.source.content.0.image: Could not process image: this model does not support image input.',
    ],
    ['web search', search, 'tools.0: this upstream model has no web search. Send the request without it.'],
  ])(
    'with %s goes where that is understood, and is a 400 with its place where it nowhere is',
    (_name, body, message) => {
      expect(names(mixed, inboundOf({}, body))).toEqual(['able']);
      expect(() => none.route(inboundOf({}, body), caller)).toThrow(
        expect.objectContaining({ code: 'invalid_request', message }),
      );
    },
  );

  it('with an image by its URL goes where that is fetched', () => {
    const unfetching = { capabilities: { imageUrls: false } };
    const pair = [{ target: 'unfetching' }, { target: 'able' }];
    const router = new Router(tableOf([target('unfetching', unfetching), target('able')], [route({ targets: pair })]));
    const linked = { ...image, source: { type: 'url', url: 'https://x.example/a.png' } };
    expect(names(router, inboundOf({}, said(linked)))).toEqual(['able']);
    expect(names(router, inboundOf({}, said(image)))).toEqual(['unfetching', 'able']);
  });

  it('with a search goes also where the operator lets it be dropped', () => {
    const dropping = { capabilities: { webSearchTool: false, onUnsupportedServerTool: 'drop' as const } };
    const router = new Router(tableOf([target('dropping', dropping)], [route({ targets: [{ target: 'dropping' }] })]));
    expect(names(router, inboundOf({}, search))).toEqual(['dropping']);
  });

  it('of another dialect is looked at in its canonical form', () => {
    const content = [{ type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } }];
    const body = { messages: [{ role: 'user', content }] };
    expect(names(mixed, inboundOf({ dialect: 'chat' }, body))).toEqual(['able']);
  });

  it('for a count of tokens may be weighed anywhere', () => {
    expect(names(none, inboundOf({ operation: 'count_tokens' }, said(pdf)))).toEqual(['blind']);
  });

  it('is not looked at where every target can do everything', () => {
    const able = new Router(
      tableOf([target('one'), target('two')], [route({ targets: [{ target: 'one' }, { target: 'two' }] })]),
    );
    const inbound = inboundOf({ dialect: 'chat' }, {});
    const untouched: Inbound = {
      ...inbound,
      canonical: () => {
        throw new GatewayError('internal', 'was translated');
      },
    };
    expect(names(able, untouched)).toEqual(['one', 'two']);
  });
});
