import { setTimeout as sleep } from 'node:timers/promises';
import type { Product } from '#testing';
import { type ClientManner, speak, type Told } from './client.js';
import type { Fault, Mode } from './faults.js';
import { type FaultyUpstream, playing } from './faulty-upstream.js';
import type { Ledger } from './ledger.js';

export const setups = ['one target', 'the first of three', 'all three'] as const;
export type Setup = (typeof setups)[number];

/** How the gateway speaks to the targets: in the client's own words, or translated. */
export const lanes = ['messages', 'chat'] as const;
export type Lane = (typeof lanes)[number];

/** Of the table: one fault in one place. */
export class Cell {
  private upstreams: readonly FaultyUpstream[] = [];

  constructor(
    readonly lane: Lane,
    readonly fault: Fault,
    readonly mode: Mode,
    readonly setup: Setup,
    number: number,
  ) {
    this.model = `claude-cell-${number}`;
  }

  /** What the client asks for, and by which the request is found again. */
  readonly model: string;

  /** Starts the upstreams, and says what the route file must say of them. */
  async open(): Promise<{ readonly targets: readonly object[]; readonly route: object }> {
    const { fault, mode, setup } = this;
    const first = await fault.upstream(mode);
    const others = async (): Promise<FaultyUpstream> => (setup === 'all three' ? fault.upstream(mode) : playing(''));
    this.upstreams = setup === 'one target' ? [first] : [first, await others(), await others()];
    const targets = this.upstreams.map(({ url }, index) => ({
      name: `${this.model}-${index}`,
      ...(this.lane === 'messages'
        ? { provider: 'anthropic', baseUrl: url }
        : { provider: 'openai-compatible', baseUrl: `${url}/v1`, model: 'gpt-4o' }),
      apiKey: '${env:UPSTREAM_KEY}',
      ...((index === 0 || setup === 'all three') && { timeouts: fault.timeouts }),
    }));
    const route = { match: this.model, alias: 'claude-opus-5', targets: targets.map(({ name }) => name) };
    return { targets, route };
  }

  async close(): Promise<void> {
    await Promise.all(this.upstreams.map(async (upstream) => upstream.close()));
  }

  /** Sends the request, and resolves to what came of it, in the words of the table. */
  async play(product: Product, ledger: Ledger): Promise<string> {
    const manner: ClientManner = this.fault.client ?? {};
    const messages = [{ role: 'user', content: `Say hello. ${'And be polite. '.repeat(20)}` }];
    const told = await speak({
      url: `${product.url}/v1/messages`,
      headers: { 'x-api-key': product.key, 'x-correlation-id': this.model },
      body: JSON.stringify({ model: this.model, max_tokens: 1024, messages, stream: this.mode === 'stream' }),
      manner,
      called: async () => {
        while (this.calls === 0) await sleep(10);
      },
    });
    const rows = manner.leaves === 'while sending' ? 'no row' : await ledger.sayOf(this.model);
    return `${this.sayOf(told)} · ${counted(this.calls, 'call')} · ${rows}`;
  }

  private get calls(): number {
    return this.upstreams.reduce((sum, upstream) => sum + upstream.calls(), 0);
  }

  private sayOf(told: Told): string {
    if (typeof told === 'string') return told;
    if (told.status !== 200) return `${told.status} ${typeOf(told.tail)}`;
    if (this.mode === 'plain') return told.tail.endsWith('}') ? '200' : '200, unfinished';
    const last = told.tail.slice(told.tail.lastIndexOf('event: '));
    if (last.startsWith('event: message_stop')) return '200';
    return last.startsWith('event: error') ? `200, then ${typeOf(last.slice(last.indexOf('{')))}` : '200, unfinished';
  }
}

/** The `error.type` of an error's JSON. */
function typeOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { type?: string } };
    return error?.type ?? 'without a type';
  } catch {
    return 'no error body';
  }
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
