import { describe, expect, it } from '@jest/globals';

import type { MessagesEvent } from '../messages/messages.js';
import { ChatStreamReader } from './from-stream.js';
import {
  accumulated,
  call,
  contextOf,
  delta,
  outline,
  type Payload,
  readAll,
  readBytes,
  sseOf,
  whole,
} from './test/chat-upstream.js';

async function callsOf(chunks: readonly Payload[], finishReason = 'tool_calls', context = contextOf()) {
  const { content, stop_reason: stopReason } = await accumulated(readAll(whole(chunks, finishReason), context));
  return {
    stopReason,
    calls: content.flatMap((block) => (block.type === 'tool_use' ? [[block.id, block.name, block.input]] : [])),
  };
}

function throwsOn(chunks: readonly Payload[], finishReason: string): unknown {
  try {
    readAll(whole(chunks, finishReason));
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('tool calls in a Chat stream', () => {
  it('are streamed live, in blocks of their own, with the input in input_json_delta', () => {
    const events = readAll(
      whole(
        [
          delta({ content: 'I look.' }),
          call(0, { id: 'call_a', name: 'get_weather', arguments: '' }),
          call(0, { arguments: '{"city":' }),
          call(0, { arguments: '"Paris"}' }),
          call(1, { id: 'call_b', name: 'Bash', arguments: '{"command":"ls"}' }),
        ],
        'tool_calls',
      ),
    );
    expect(outline(events)).toEqual([
      'message_start',
      'start 0 text',
      'stop 0',
      'start 1 tool_use',
      'stop 1',
      'start 2 tool_use',
      'stop 2',
      'message_delta',
      'message_stop',
    ]);
    expect(events.filter((event) => event.type === 'content_block_delta' && event.index === 1)).toEqual([
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"city":' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '"Paris"}' } },
    ]);
  });

  it('open their block with id, declared name, empty input and direct caller as soon as the name is known', () => {
    const reader = new ChatStreamReader(contextOf({ toolNames: new Map([['short_1', 'mcp__a_very_long_name']]) }));
    const [, start] = reader.read({
      event: '',
      data: JSON.stringify(call(0, { id: 'call_a', name: 'short_1', arguments: '' })),
    });
    expect(start).toEqual({
      type: 'content_block_start',
      index: 0,
      content_block: {
        type: 'tool_use',
        id: 'call_a',
        name: 'mcp__a_very_long_name',
        input: {},
        caller: { type: 'direct' },
      },
    });
  });

  it('stop for tool_use even when the upstream says stop', async () => {
    expect((await callsOf([call(0, { id: 'a', name: 'Bash', arguments: '{}' })], 'stop')).stopReason).toBe('tool_use');
  });

  it('in one chunk with text keep both the text and the name', async () => {
    const both = delta({
      content: 'Looking.',
      tool_calls: [{ index: 0, id: 'a', function: { name: 'Bash', arguments: '{"x":1}' } }],
    });
    expect(await accumulated(readAll(whole([both], 'tool_calls')))).toMatchObject({
      content: [{ text: 'Looking.' }, { type: 'tool_use', name: 'Bash', input: { x: 1 } }],
    });
  });

  it('are not torn by empty content deltas in the middle of their arguments', () => {
    const events = readAll(
      whole([
        call(0, { id: 'a', name: 'Bash', arguments: '{"x"' }),
        delta({ content: '' }),
        delta({ content: null }),
        delta({}),
        call(0, { arguments: ':1}' }),
      ]),
    );
    expect(outline(events)).toEqual(['message_start', 'start 0 tool_use', 'stop 0', 'message_delta', 'message_stop']);
  });

  const minted = expect.stringMatching(/^toolu_\w{24}$/);
  const shapes: [string, Payload[], unknown[][]][] = [
    [
      'indexes that start at 1',
      [call(1, { id: 'a', name: 'Bash', arguments: '{}' }), call(2, { id: 'b', name: 'Read', arguments: '{}' })],
      [
        ['a', 'Bash', {}],
        ['b', 'Read', {}],
      ],
    ],
    [
      'a name that comes after the id',
      [call(0, { id: 'a' }), call(0, { name: 'Bash' }), call(0, { arguments: '{"x":1}' })],
      [['a', 'Bash', { x: 1 }]],
    ],
    [
      'a name in pieces',
      [call(0, { id: 'a', name: 'get_' }), call(0, { name: 'weather' }), call(0, { arguments: '{"x":1}' })],
      [['a', 'get_weather', { x: 1 }]],
    ],
    [
      'id and name repeated in every fragment',
      [
        call(0, { id: 'a', name: 'odd', arguments: '' }),
        call(0, { id: 'a', name: 'odd', arguments: '{"x":' }),
        call(0, { id: 'a', name: 'odd', arguments: '1}' }),
      ],
      [['a', 'odd', { x: 1 }]],
    ],
    [
      'id and name repeated in every fragment, and a line break behind the arguments',
      [
        call(0, { id: 'a', name: 'Bash', arguments: '{"x":' }),
        call(0, { id: 'a', name: 'Bash', arguments: '1}' }),
        call(0, { id: 'a', name: 'Bash', arguments: '\n' }),
      ],
      [['a', 'Bash', { x: 1 }]],
    ],
    [
      'no index',
      [
        delta({ tool_calls: [{ id: 'a', function: { name: 'Bash', arguments: '{"x"' } }] }),
        delta({ tool_calls: [{ function: { arguments: ':1}' } }] }),
      ],
      [['a', 'Bash', { x: 1 }]],
    ],
    [
      'index -1 without id and name',
      [call(0, { id: 'a', name: 'Bash', arguments: '{"x"' }), call(-1, { arguments: ':1}' })],
      [['a', 'Bash', { x: 1 }]],
    ],
    [
      'one index for two calls',
      [
        call(0, { id: 'a', name: 'Bash', arguments: '{"x":1}' }),
        call(0, { id: 'b', name: 'Read', arguments: '{"y":2}' }),
      ],
      [
        ['a', 'Bash', { x: 1 }],
        ['b', 'Read', { y: 2 }],
      ],
    ],
    [
      'one index and no ids for several calls',
      [
        delta({
          tool_calls: [
            { index: 0, id: '', function: { name: 'Read', arguments: '{"x":1}' } },
            { index: 0, id: '', function: { name: 'Read', arguments: '{"x":2}' } },
          ],
        }),
        call(0, { name: 'Bash', arguments: '{"y":' }),
        call(0, { arguments: '3}' }),
      ],
      [
        [minted, 'Read', { x: 1 }],
        [minted, 'Read', { x: 2 }],
        [minted, 'Bash', { y: 3 }],
      ],
    ],
    [
      'one index and one id for the calls of a tool',
      [
        call(0, { id: 'call-Read', name: 'Read', arguments: '{"x":1}' }),
        call(0, { id: 'call-Read', name: 'Read', arguments: '{"x":2}' }),
      ],
      [
        ['call-Read', 'Read', { x: 1 }],
        [minted, 'Read', { x: 2 }],
      ],
    ],
    [
      'one id for several calls',
      [
        call(0, { id: 'call-Read', name: 'Read', arguments: '{"x":1}' }),
        call(1, { id: 'call-Read', name: 'Read', arguments: '{"x":1}' }),
      ],
      [
        ['call-Read', 'Read', { x: 1 }],
        [minted, 'Read', { x: 1 }],
      ],
    ],
    [
      'one id for several calls, in every fragment of theirs',
      [
        call(0, { id: 'call-Read', name: 'Read', arguments: '{"x":1}' }),
        call(1, { id: 'call-Read', name: 'Read', arguments: '{"x":' }),
        call(1, { id: 'call-Read', name: 'Read', arguments: '2}' }),
      ],
      [
        ['call-Read', 'Read', { x: 1 }],
        [minted, 'Read', { x: 2 }],
      ],
    ],
    [
      'no index, and one id for several calls in pieces',
      [
        delta({ tool_calls: [{ id: 'call-Read', function: { name: 'Read', arguments: '{"x":1}' } }] }),
        delta({ tool_calls: [{ id: 'call-Read', function: { name: 'Read', arguments: '{"x":' } }] }),
        delta({ tool_calls: [{ id: 'call-Read', function: { arguments: '2}' } }] }),
      ],
      [
        ['call-Read', 'Read', { x: 1 }],
        [minted, 'Read', { x: 2 }],
      ],
    ],
    [
      'neither indexes nor ids for several calls',
      [
        delta({ tool_calls: [{ function: { name: 'Read', arguments: '{"x":1}' } }] }),
        delta({ tool_calls: [{ function: { name: 'Bash', arguments: '{}' } }] }),
      ],
      [
        [minted, 'Read', { x: 1 }],
        [minted, 'Bash', {}],
      ],
    ],
    [
      'a call without an id told once more',
      [
        call(0, { name: 'Bash', arguments: '{"x":1}' }),
        call(0, { name: 'Bash', arguments: '{ "x": 1 }' }),
        call(0, { name: 'Bash' }),
      ],
      [[minted, 'Bash', { x: 1 }]],
    ],
    [
      'the call repeated empty after its end',
      [call(0, { id: 'a', name: 'Bash', arguments: '{"x":1}' }), call(0, {}), call(0, { id: 'a', name: 'Bash' })],
      [['a', 'Bash', { x: 1 }]],
    ],
    [
      'all arguments once more at the end',
      [
        call(0, { id: 'a', name: 'Bash', arguments: '{"x":' }),
        call(0, { arguments: '1}' }),
        call(0, { arguments: '{"x":1}' }),
      ],
      [['a', 'Bash', { x: 1 }]],
    ],
    [
      'all arguments once more in another order',
      [
        call(0, { id: 'a', name: 'Bash', arguments: '{"y":{"b":1.50,"a":[2]},"x":' }),
        call(0, { arguments: '1}' }),
        call(0, { arguments: '{"x":1,"y":{"a":[2],"b":1.50}}' }),
      ],
      [['a', 'Bash', { x: 1, y: { a: [2], b: 1.5 } }]],
    ],
    [
      'arguments encoded twice',
      [call(0, { id: 'a', name: 'Bash', arguments: '"{\\"x\\"' }), call(0, { arguments: ':1}"' })],
      [['a', 'Bash', { x: 1 }]],
    ],
    [
      'arguments as an object',
      [delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'Bash', arguments: { x: 1 } } }] })],
      [['a', 'Bash', { x: 1 }]],
    ],
    ['no arguments at all', [call(0, { id: 'a', name: 'Bash', arguments: '' })], [['a', 'Bash', {}]]],
    [
      'an empty call beside a real one',
      [call(0, { id: 'a', name: 'Bash', arguments: '{}' }), call(1, {})],
      [['a', 'Bash', {}]],
    ],
    [
      'the legacy function_call',
      [delta({ function_call: { name: 'Bash', arguments: '{"x"' } }), delta({ function_call: { arguments: ':1}' } })],
      [[minted, 'Bash', { x: 1 }]],
    ],
    [
      'arguments of which an object is only the beginning of a string',
      [call(0, { id: 'a', name: 'Bash', arguments: '{"n":12' }), call(0, { arguments: '345}' })],
      [['a', 'Bash', { n: 12_345 }]],
    ],
  ];

  it.each(shapes)('are whole with %s', async (_shape, chunks, expected) => {
    expect(await callsOf(chunks)).toEqual({ stopReason: 'tool_use', calls: expected });
  });

  it('that interleave are told apart and put in the order of their indexes', async () => {
    const chunks = [
      call(0, { id: 'a', name: 'Bash', arguments: '{"x"' }),
      call(2, { id: 'c', name: 'Read', arguments: '{"z":3}' }),
      call(1, { id: 'b', name: 'get_weather', arguments: '{"y"' }),
      call(0, { arguments: ':1}' }),
      call(1, { arguments: ':2}' }),
    ];
    expect((await callsOf(chunks)).calls).toEqual([
      ['a', 'Bash', { x: 1 }],
      ['b', 'get_weather', { y: 2 }],
      ['c', 'Read', { z: 3 }],
    ]);
  });

  it('hold back text that comes in the middle of their arguments until they are whole', async () => {
    const chunks = [
      call(0, { id: 'a', name: 'Bash', arguments: '{"x"' }),
      delta({ content: 'meanwhile' }),
      call(0, { arguments: ':1}' }),
      delta({ content: ' and after' }),
    ];
    expect((await accumulated(readAll(whole(chunks)))).content).toMatchObject([
      { type: 'tool_use', input: { x: 1 } },
      { type: 'text', text: 'meanwhile and after' },
    ]);
  });

  it('inside the wrapper that GPT models make up become calls of their own', async () => {
    const uses = [
      { recipient_name: 'functions.Bash', parameters: { x: 1 } },
      { recipient_name: 'functions.Read', parameters: '{"y":2}' },
    ];
    const wrapped = JSON.stringify({ tool_uses: uses });
    const chunks = [
      call(0, { id: 'a', name: 'multi_tool_use.parallel', arguments: wrapped.slice(0, 20) }),
      call(0, { arguments: wrapped.slice(20) }),
    ];
    expect((await callsOf(chunks)).calls).toEqual([
      ['a_0', 'Bash', { x: 1 }],
      ['a_1', 'Read', { y: 2 }],
    ]);
  });

  it('cut off by the token limit end with max_tokens and are not mended into something that would run', () => {
    const reader = new ChatStreamReader(contextOf());
    const chunks = whole([call(0, { id: 'a', name: 'Bash', arguments: '{"command":"rm -rf /tmp' })], 'length');
    const events: MessagesEvent[] = readBytes(sseOf(chunks), reader);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'max_tokens' } });
    expect(JSON.stringify(events)).not.toContain('tmp\\"}');
    expect(reader.warnings).toEqual([{ code: 'tool_input_repaired', path: 'content' }]);
  });

  it('of whose arguments nobody can say which call they belong to are an invalid answer', () => {
    const more = [call(0, { id: 'a', name: 'Read', arguments: '{"x":1}' }), call(0, { arguments: '{"x":2}' })];
    expect(throwsOn(more, 'tool_calls')).toMatchObject({ code: 'upstream_invalid_answer' });
  });

  it('whose arguments differ only in a number that JavaScript cannot hold are two', async () => {
    const chunks = ['{"x":12345678901234567891}', '{"x":12345678901234567892}'].map((args) =>
      call(0, { id: 'a', name: 'Read', arguments: args }),
    );
    expect((await callsOf(chunks)).calls).toHaveLength(2);
  });

  it('of a freeform tool are an invalid answer, as none is ever declared', () => {
    const custom = delta({ tool_calls: [{ index: 0, id: 'a', type: 'custom', custom: { name: 'x', input: 'y' } }] });
    expect(throwsOn([custom], 'tool_calls')).toMatchObject({ code: 'upstream_invalid_answer' });
  });

  it('that end without being whole JSON objects are an invalid answer', () => {
    const half = [call(0, { id: 'a', name: 'Bash', arguments: '{"x":' })];
    expect(throwsOn(half, 'tool_calls')).toMatchObject({ code: 'upstream_invalid_answer' });
    for (const [name, args] of [
      ['Bash', '12'],
      ['parallel', '{"tool_uses":[]}'],
      ['parallel', '{"calls":[{"name":"Bash"}]}'],
    ]) {
      expect(throwsOn([call(0, { id: 'a', name, arguments: args })], 'stop')).toMatchObject({
        code: 'upstream_invalid_answer',
      });
    }
  });
});
