import OpenAI from 'openai';
import { anyObject, type ClientKind, type Question, type Said, type Server } from './client-kind.js';

/** The OpenAI SDK on Chat Completions. */
export const chatClients: readonly ClientKind[] = [
  { name: 'the OpenAI SDK (chat)', stream: false, legacy: false, ask: plain },
  { name: 'the OpenAI SDK (chat), streaming', stream: true, legacy: false, ask: streamed },
];

function clientOf({ url, key }: Server): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, logLevel: 'off' });
}

function paramsOf({ model }: Server, { prompt, maxTokens = 1024, stop, tools }: Question) {
  return {
    model,
    max_completion_tokens: maxTokens,
    messages: [{ role: 'user' as const, content: prompt }],
    ...(stop && { stop: [...stop] }),
    ...(tools && {
      tools: tools.map((name) => ({ type: 'function' as const, function: { name, parameters: anyObject } })),
    }),
  };
}

async function plain(server: Server, question: Question): Promise<Said> {
  return saidByCompletion(await clientOf(server).chat.completions.create(paramsOf(server, question)));
}

async function streamed(server: Server, question: Question): Promise<Said> {
  const stream = clientOf(server).chat.completions.stream({
    ...paramsOf(server, question),
    stream: true,
    stream_options: { include_usage: true },
  });
  return saidByCompletion(await stream.finalChatCompletion());
}

const stops: Readonly<Record<string, Said['stop']>> = {
  tool_calls: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
};

export function saidByCompletion({ choices, usage }: OpenAI.Chat.ChatCompletion): Said {
  const choice = choices[0];
  const refusal = choice?.message.refusal ?? undefined;
  const calls = choice?.message.tool_calls ?? [];
  const said = {
    text: choice?.message.content || refusal || '',
    calls: calls.flatMap((call) =>
      call.type === 'function'
        ? [{ name: call.function.name, input: JSON.parse(call.function.arguments || '{}') as unknown }]
        : [],
    ),
    usage: usage && {
      input: usage.prompt_tokens,
      cacheRead: usage.prompt_tokens_details?.cached_tokens ?? 0,
      output: usage.completion_tokens,
    },
  };
  // A refusal in OpenAI's own words ends with `stop`, and so does a call that was forced, and any call with some servers.
  const stop = stops[choice?.finish_reason ?? ''] ?? (calls.length > 0 ? 'tool_use' : 'end');
  return { ...said, stop: refusal ? 'refusal' : stop };
}
