import { type RecordedRequest, type Simulator, startSimulator } from '#providers/simulator';
import { type RequestPlan, upstreamDialects } from './request-plan.js';

const copies = 3;

/** Longer than any answer takes that goes well, and short enough to wait for. */
const timeouts = { connectMs: 5000, firstByteMs: 2000, idleMs: 2000, totalMs: 4000 };

const providers = {
  anthropic: (url: string) => ({ provider: 'anthropic', baseUrl: url }),
  chat: (url: string) => ({ provider: 'openai-compatible', baseUrl: `${url}/v1`, model: 'gpt-4o' }),
  responses: (url: string) => ({ provider: 'openai', baseUrl: `${url}/v1`, model: 'gpt-5.4' }),
};

/** The upstreams of the chaos. They remember every call, and are the oracle of what usage rows must say. */
export class ChaosUpstreams {
  private readonly calls = new Map<number, RecordedRequest[]>();

  private constructor(
    private readonly simulators: readonly Simulator[],
    private readonly plans: readonly RequestPlan[],
  ) {
    for (const simulator of simulators) simulator.script((request) => this.directivesFor(request));
  }

  static async start(plans: readonly RequestPlan[]): Promise<ChaosUpstreams> {
    const simulators = await Promise.all(Array.from({ length: copies }, async () => startSimulator()));
    return new ChaosUpstreams(simulators, plans);
  }

  /** The route file that leads to them. */
  get routeFile(): string {
    const targets = upstreamDialects.flatMap((dialect) =>
      this.simulators.map(({ url }, index) => ({
        name: `${dialect}-${index}`,
        ...providers[dialect](url),
        apiKey: '${env:UPSTREAM_KEY}',
        timeouts,
      })),
    );
    const routes = upstreamDialects.flatMap((dialect) => {
      const names = this.simulators.map((_, index) => `${dialect}-${index}`);
      const route = (count: string, its: readonly string[]): object => ({
        match: `claude-${count}-${dialect}`,
        alias: 'claude-opus-5',
        targets: its,
      });
      return [route('one', names.slice(0, 1)), route('three', names)];
    });
    return JSON.stringify({ targets, routes, retries: { maxAttempts: 3, baseDelayMs: 20, maxDelayMs: 2000 } });
  }

  /** The calls that a request has caused, in order. */
  callsOf(number: number): readonly RecordedRequest[] {
    return this.calls.get(number) ?? [];
  }

  get callCount(): number {
    return this.simulators.reduce((sum, { counts }) => sum + counts.calls, 0);
  }

  async idle(): Promise<void> {
    await Promise.all(this.simulators.map(async (simulator) => simulator.idle()));
  }

  async close(): Promise<void> {
    await Promise.all(this.simulators.map(async (simulator) => simulator.close()));
  }

  private directivesFor(request: RecordedRequest): string {
    const number = Number(/chaos-request-(\d+)\./.exec(request.body.toString('latin1'))?.[1]);
    const calls = this.calls.get(number) ?? [];
    this.calls.set(number, [...calls, request]);
    return this.plans[number]?.calls[calls.length] ?? '';
  }
}
