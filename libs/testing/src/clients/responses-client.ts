import OpenAI from 'openai';
import { anyObject, type ClientKind, type Question, type Said, type Server } from './client-kind.js';

/** The OpenAI SDK on the Responses API, which is what Codex speaks. */
export const responsesClients: readonly ClientKind[] = [
  { name: 'the OpenAI SDK (responses)', stream: false, legacy: false, ask: plain },
  { name: 'the OpenAI SDK (responses), streaming', stream: true, legacy: false, ask: streamed },
];

function clientOf({ url, key }: Server): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, logLevel: 'off' });
}

function paramsOf({ model }: Server, { prompt, maxTokens = 1024, tools }: Question) {
  return {
    model,
    max_output_tokens: maxTokens,
    input: prompt,
    ...(tools && {
      tools: tools.map((name) => ({ type: 'function' as const, name, parameters: anyObject, strict: false })),
    }),
  };
}

async function plain(server: Server, question: Question): Promise<Said> {
  return saidByResponse(await clientOf(server).responses.create(paramsOf(server, question)));
}

async function streamed(server: Server, question: Question): Promise<Said> {
  return saidByResponse(await clientOf(server).responses.stream(paramsOf(server, question)).finalResponse());
}

/** Throws for a response that failed, which the SDK hands out like any other. */
export function saidByResponse(response: OpenAI.Responses.Response): Said {
  const { output, status, incomplete_details: cut, error, usage } = response;
  if (status === 'failed') throw new Error(error?.message ?? 'failed for no reason');
  const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const calls = output.flatMap((item) =>
    item.type === 'function_call' ? [{ name: item.name, input: JSON.parse(item.arguments) as unknown }] : [],
  );
  return {
    text: parts.map((part) => (part.type === 'refusal' ? part.refusal : part.text)).join(''),
    calls,
    stop: stopOf(
      status === 'incomplete' ? cut?.reason : undefined,
      parts.some(({ type }) => type === 'refusal'),
      calls.length,
    ),
    usage: usage && {
      input: usage.input_tokens,
      cacheRead: usage.input_tokens_details.cached_tokens,
      output: usage.output_tokens,
    },
  };
}

function stopOf(cut: string | undefined, refuses: boolean, calls: number): Said['stop'] {
  if (refuses || cut === 'content_filter') return 'refusal';
  if (cut === 'max_output_tokens') return 'max_tokens';
  return calls > 0 ? 'tool_use' : 'end';
}
