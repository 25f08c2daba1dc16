import { setTimeout as delay } from 'node:timers/promises';

const model = 'claude-haiku-5-5';
const timeoutMs = 60_000;

export interface CheckResult {
  readonly name: 'sync' | 'stream' | 'durable';
  readonly passed: boolean;
  /** What came back, in a line. */
  readonly text: string;
}

interface Answer {
  content?: { type: string; text?: string }[];
  usage?: { input_tokens?: number; output_tokens?: number };
}

interface JobAnswer {
  status: string;
  attempts?: number;
  result?: Answer | null;
  error?: unknown;
}

/** Sends one request in each mode through the API, as a client would. */
export async function* selfCheck(apiUrl: string, proxyApiKey: string): AsyncGenerator<CheckResult> {
  const headers = {
    authorization: `Bearer ${proxyApiKey}`,
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
  };

  async function send(path: string, body: object, expected: number): Promise<Response> {
    const response = await fetch(`${apiUrl}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === expected) return response;
    throw new Error(`POST ${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  }

  async function sync(): Promise<string> {
    const response = await send('/v1/messages', message('Say hello to a plain request.'), 200);
    return describe((await response.json()) as Answer);
  }

  async function stream(): Promise<string> {
    const body = { ...message('Say hello to a streamed request.'), stream: true };
    const events = readEvents(await (await send('/v1/messages', body, 200)).text());
    const last = events.at(-1)?.type ?? 'nothing';
    if (last !== 'message_stop') throw new Error(`the stream ended with ${last}`);
    return `${events.length} events, ${quote(events.map((event) => event.delta?.text ?? '').join(''))}`;
  }

  async function durable(): Promise<string> {
    const accepted = await send('/api/enqueue', { request: message('Say hello to a durable request.') }, 202);
    const { job_id: id } = (await accepted.json()) as { job_id: string };
    const deadline = Date.now() + timeoutMs;
    while (Date.now() < deadline) {
      const response = await fetch(`${apiUrl}/api/jobs/${id}`, { headers, signal: AbortSignal.timeout(timeoutMs) });
      const job = (await response.json()) as JobAnswer;
      if (job.status === 'succeeded') return `202, then ${describe(job.result ?? {})} (job ${id})`;
      if (job.status === 'failed' || job.status === 'cancelled') {
        throw new Error(`job ${id} ${job.status}: ${JSON.stringify(job.error)}`);
      }
      await delay(200);
    }
    throw new Error(`job ${id} is not done after a minute`);
  }

  for (const [name, run] of [
    ['sync', sync],
    ['stream', stream],
    ['durable', durable],
  ] as const) {
    try {
      yield { name, passed: true, text: await run() };
    } catch (error) {
      yield { name, passed: false, text: error instanceof Error ? error.message : String(error) };
    }
  }
}

function message(text: string): object {
  return { model, max_tokens: 64, messages: [{ role: 'user', content: text }] };
}

function readEvents(text: string): { type?: string; delta?: { text?: string } }[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => JSON.parse(line.slice('data:'.length)) as { type?: string });
}

function describe(answer: Answer): string {
  const text = answer.content?.map((block) => block.text ?? '').join('') ?? '';
  return `${quote(text)}, ${answer.usage?.input_tokens ?? '?'} tokens in, ${answer.usage?.output_tokens ?? '?'} out`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
