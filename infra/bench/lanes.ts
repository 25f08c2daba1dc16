import type { ExpectedAnswer } from './load-job.js';

/** One kind of request through the gateway. */
export interface Lane {
  readonly name: string;
  readonly path: '/v1/messages' | '/v1/chat/completions';
  /** Decides the upstream's dialect, by the benchmark's route file. */
  readonly model: string;
  readonly stream: boolean;
  readonly expected: ExpectedAnswer;
  /** At most so many times the CPU of the bare proxy on the same kind of answer. */
  readonly bar?: number;
  readonly badKey?: boolean;
  /** Lines that a peer wants besides. */
  readonly headers?: readonly string[];
}

/** Model names and the dialect that their target speaks. */
export const models = { messages: 'claude-bench', chat: 'chat-bench', responses: 'gpt-5.4' } as const;

export const markers = {
  messages: { plain: '"output_tokens":', stream: '"type":"message_stop"' },
  chat: { plain: '"total_tokens":', stream: 'data: [DONE]' },
} as const;

export const lanes: readonly Lane[] = [
  messages('pass-through plain', models.messages, false, 2.5),
  messages('pass-through stream', models.messages, true, 1),
  messages('messages→chat plain', models.chat, false, 3),
  messages('messages→chat stream', models.chat, true, 2),
  messages('messages→responses plain', models.responses, false),
  messages('messages→responses stream', models.responses, true, 2),
  chat('chat→messages plain', false),
  chat('chat→messages stream', true),
  {
    ...messages('bad key', models.messages, false),
    expected: { status: 401, marker: 'authentication_error' },
    badKey: true,
  },
];

/** What the bare proxy is measured on. */
export const baselines = {
  plain: messages('bare plain', models.messages, false),
  stream: messages('bare stream', models.messages, true),
};

function messages(name: string, model: string, stream: boolean, bar?: number): Lane {
  const marker = markers.messages[stream ? 'stream' : 'plain'];
  return { name, path: '/v1/messages', model, stream, expected: { status: 200, marker }, bar };
}

function chat(name: string, stream: boolean): Lane {
  const marker = markers.chat[stream ? 'stream' : 'plain'];
  return { name, path: '/v1/chat/completions', model: models.messages, stream, expected: { status: 200, marker } };
}
