import OpenAI from 'openai';
import type { ClientKind, Question, Said, Server } from './client-kind.js';

/** The dialects before chat: OpenAI's by its SDK, Anthropic's by `fetch`, since its SDK gave it up with version 1. */
export const legacyClients: readonly ClientKind[] = [
  { name: 'the OpenAI SDK (completions)', stream: false, legacy: true, ask: completions },
  { name: 'the OpenAI SDK (completions), streaming', stream: true, legacy: true, ask: completionsStreamed },
  { name: '/v1/complete', stream: false, legacy: true, ask: complete },
  { name: '/v1/complete, streaming', stream: true, legacy: true, ask: completeStreamed },
];

function completionParams({ model }: Server, { prompt, maxTokens = 1024, stop }: Question) {
  return { model, prompt, max_tokens: maxTokens, ...(stop && { stop: [...stop] }) };
}

function clientOf({ url, key }: Server): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0, logLevel: 'off' });
}

function said(text: string, finish: string | null | undefined, usage: OpenAI.CompletionUsage | null | undefined): Said {
  return {
    text,
    calls: [],
    stop:
      finish === 'length' || finish === 'max_tokens' ? 'max_tokens' : finish === 'content_filter' ? 'refusal' : 'end',
    usage: usage
      ? {
          input: usage.prompt_tokens,
          cacheRead: usage.prompt_tokens_details?.cached_tokens ?? 0,
          output: usage.completion_tokens,
        }
      : undefined,
  };
}

async function completions(server: Server, question: Question): Promise<Said> {
  const { choices, usage } = await clientOf(server).completions.create(completionParams(server, question));
  return said(choices[0]?.text ?? '', choices[0]?.finish_reason, usage);
}

async function completionsStreamed(server: Server, question: Question): Promise<Said> {
  const params = {
    ...completionParams(server, question),
    stream: true as const,
    stream_options: { include_usage: true },
  };
  let text = '';
  let finish: string | null = null;
  let usage: OpenAI.CompletionUsage | null | undefined;
  for await (const chunk of await clientOf(server).completions.create(params)) {
    text += chunk.choices[0]?.text ?? '';
    finish = chunk.choices[0]?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  return said(text, finish, usage);
}

async function sendComplete(
  { url, key, model }: Server,
  { prompt, maxTokens = 1024, stop }: Question,
  stream: boolean,
): Promise<string> {
  const response = await fetch(`${url}/v1/complete`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model,
      prompt: `\n\nHuman: ${prompt}\n\nAssistant:`,
      max_tokens_to_sample: maxTokens,
      stream,
      ...(stop && { stop_sequences: stop }),
    }),
  });
  const text = await response.text();
  if (response.status !== 200)
    throw Object.assign(new Error(text), { status: response.status, headers: response.headers });
  return text;
}

interface Completion {
  readonly type: 'completion' | 'error' | 'ping';
  readonly completion: string;
  readonly stop_reason: string | null;
}

async function complete(server: Server, question: Question): Promise<Said> {
  const answer = JSON.parse(await sendComplete(server, question, false)) as Completion;
  return said(answer.completion.trim(), answer.stop_reason, undefined);
}

async function completeStreamed(server: Server, question: Question): Promise<Said> {
  const lines = (await sendComplete(server, question, true)).split('\n').filter((line) => line.startsWith('data:'));
  const events = lines.map((line) => JSON.parse(line.slice(5)) as Completion);
  const error = events.find(({ type }) => type === 'error');
  if (error) throw new Error(JSON.stringify(error));
  const parts = events.filter(({ type }) => type === 'completion');
  if (parts.at(-1)?.stop_reason == null) throw new Error('the stream has no end');
  return said(
    parts
      .map(({ completion }) => completion)
      .join('')
      .trim(),
    parts.at(-1)?.stop_reason,
    undefined,
  );
}
