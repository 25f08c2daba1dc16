import { type Lane, models } from './lanes.js';

/** Of the gateway under test; no secret, it lives as long as the benchmark. */
export const benchKey = 'bench-key-0123456789abcdef0123456789abcdef';

const prompt =
  'Read the function below and tell me in a few sentences what it does, where it could fail, and how you would test it. '.repeat(
    3,
  );
const bytesPerToken = 4;

/** The lane's HTTP request, head and body. `promptTokens` makes the prompt that long, roughly. */
export function laneRequest(
  lane: Pick<Lane, 'path' | 'model' | 'stream' | 'badKey' | 'headers'>,
  promptTokens?: number,
): string {
  const text = promptTokens === undefined ? prompt : longPrompt(promptTokens * bytesPerToken);
  const body = JSON.stringify({
    model: lane.model,
    max_tokens: 1024,
    messages: [{ role: 'user', content: text }],
    stream: lane.stream,
  });
  const key = lane.badKey === true ? 'bad-key-0123456789abcdef0123456789abcdef' : benchKey;
  const headers =
    lane.path === '/v1/messages'
      ? [`x-api-key: ${key}`, 'anthropic-version: 2023-06-01']
      : [`authorization: Bearer ${key}`];
  return post(lane.path, [...headers, ...(lane.headers ?? [])], body);
}

/** A durable request for a small answer. */
export function enqueueRequest(): string {
  const request = { model: models.messages, max_tokens: 1024, messages: [{ role: 'user', content: prompt }] };
  return post('/api/enqueue', [`x-api-key: ${benchKey}`], JSON.stringify({ request }));
}

function post(path: string, headers: readonly string[], body: string): string {
  return [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    'accept: application/json',
    'user-agent: claude-proxy-bench',
    ...headers,
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** Words and line ends, as prompts are: what a JSON reader meets in a text is not all of one kind. */
function longPrompt(bytes: number): string {
  return prompt
    .concat('\n')
    .repeat(Math.ceil(bytes / prompt.length))
    .slice(0, bytes);
}
