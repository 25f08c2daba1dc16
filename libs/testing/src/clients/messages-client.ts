import Anthropic from '@anthropic-ai/sdk';
import { anyObject, type ClientKind, type Question, type Said, type Server } from './client-kind.js';

/** The Anthropic SDK. */
export const messagesClients: readonly ClientKind[] = [
  { name: 'the Anthropic SDK', stream: false, legacy: false, ask: plain },
  { name: 'the Anthropic SDK, streaming', stream: true, legacy: false, ask: streamed },
];

function clientOf({ url, key }: Server): Anthropic {
  return new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 });
}

function paramsOf({ model }: Server, { prompt, maxTokens = 1024, stop, tools }: Question) {
  return {
    model,
    max_tokens: maxTokens,
    messages: [{ role: 'user' as const, content: prompt }],
    ...(stop && { stop_sequences: [...stop] }),
    ...(tools && { tools: tools.map((name) => ({ name, input_schema: anyObject })) }),
  };
}

async function plain(server: Server, question: Question): Promise<Said> {
  return saidByMessage(await clientOf(server).messages.create(paramsOf(server, question)));
}

async function streamed(server: Server, question: Question): Promise<Said> {
  return saidByMessage(await clientOf(server).messages.stream(paramsOf(server, question)).finalMessage());
}

const stops: Readonly<Record<string, Said['stop']>> = {
  tool_use: 'tool_use',
  max_tokens: 'max_tokens',
  refusal: 'refusal',
};

export function saidByMessage({ content, stop_reason: reason, usage }: Anthropic.Message): Said {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: content.flatMap((block) => (block.type === 'tool_use' ? [{ name: block.name, input: block.input }] : [])),
    stop: stops[reason ?? ''] ?? 'end',
    usage: {
      input: usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0),
      cacheRead: usage.cache_read_input_tokens ?? 0,
      output: usage.output_tokens,
    },
  };
}
