import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { JobClient, Product, upstreamKinds } from '#testing';

let product: Product;
let jobs: JobClient;

const model = 'claude-opus-4-8';
const hi = [{ role: 'user', content: 'Say hello.' }];

/** A request of each dialect with a member that only it has, what it answers, and the same without that sign. */
const dialects: readonly {
  readonly dialect: string;
  readonly request: object;
  readonly unsigned?: object;
  readonly result: object;
}[] = [
  {
    dialect: 'messages',
    request: { model, max_tokens: 64, messages: hi },
    result: { type: 'message', role: 'assistant', model, content: [{ type: 'text', text: 'Hello.' }] },
  },
  {
    dialect: 'chat',
    request: { model, messages: hi },
    unsigned: { model, max_tokens: 64, messages: hi },
    result: { object: 'chat.completion', model, choices: [{ message: { role: 'assistant', content: 'Hello.' } }] },
  },
  {
    dialect: 'responses',
    request: { model, input: 'Say hello.' },
    result: { object: 'response', model, status: 'completed', output: [{ content: [{ text: 'Hello.' }] }] },
  },
  {
    dialect: 'completions',
    request: { model, prompt: 'Say hello.' },
    result: { object: 'text_completion', model, choices: [{ text: 'Hello.' }] },
  },
  {
    dialect: 'complete',
    request: { model, prompt: '\n\nHuman: Say hello.\n\nAssistant:', max_tokens_to_sample: 64 },
    result: { type: 'completion', model, completion: ' Hello.' },
  },
];

describe.each(upstreamKinds.filter(({ name }) => ['Anthropic', 'an OpenAI-compatible server'].includes(name)))(
  'a job behind which stands $name',
  (kind) => {
    beforeAll(async () => {
      product = await Product.start({ workers: 1, env: kind.env });
      jobs = new JobClient(product);
    });
    afterEach(() => product.simulator.reset());
    afterAll(async () => product.stop());

    // What passes through keeps the upstream's name for the model.
    const answeredIn = (dialect: string, result: object): object =>
      dialect === kind.dialect ? { ...result, model: kind.model } : result;

    it.each(dialects)('is answered in $dialect, which its request shows', async ({ dialect, request, result }) => {
      product.simulator.script(() => 'text=Hello.');
      const finished = await jobs.untilFinished(await jobs.enqueue(request));
      expect(finished).toMatchObject({ status: 'succeeded', model, result: answeredIn(dialect, result) });
      expect(product.simulator.requests.map(({ path }) => path)).toEqual([kind.path]);
    });

    it.each(dialects)('is answered in $dialect where that is named', async ({ dialect, request, unsigned, result }) => {
      product.simulator.script(() => 'text=Hello.');
      const finished = await jobs.untilFinished(await jobs.enqueue(unsigned ?? request, { dialect }));
      expect(finished).toMatchObject({ status: 'succeeded', result: answeredIn(dialect, result) });
    });

    it.each(dialects)('is answered whole in $dialect although its request asks for a stream', async (asked) => {
      product.simulator.script(() => 'text=Hello.');
      const finished = await jobs.untilFinished(
        await jobs.enqueue({ ...asked.request, stream: true }, { dialect: asked.dialect }),
      );
      expect(finished).toMatchObject({ status: 'succeeded', result: answeredIn(asked.dialect, asked.result) });
    });

    it('tells what could not be kept, also where its request asks for a stream', async () => {
      const dialect = kind.dialect === 'messages' ? 'chat' : 'messages';
      const lost = dialect === 'chat' ? { seed: 7 } : { top_k: 7 };
      const warnings = [`${Object.keys(lost)[0]}_dropped`];
      for (const stream of [false, true]) {
        const request = { model, max_tokens: 64, messages: hi, ...lost, stream };
        const finished = await jobs.untilFinished(await jobs.enqueue(request, { dialect }));
        expect(finished).toMatchObject({ status: 'succeeded', warnings });
      }
    });

    it.each(dialects)('that fails says so in $dialect', async ({ dialect, request }) => {
      product.simulator.script({ status: 404, times: 9 });
      const finished = await jobs.untilFinished(await jobs.enqueue(request, { dialect }));
      expect(finished.status).toBe('failed');
      const { error } = finished as { error: { type?: string; error: { type: string; message: string } } };
      expect(error.error.message).not.toBe('');
      expect(error.type).toBe(dialect === 'messages' || dialect === 'complete' ? 'error' : undefined);
    });

    if (kind.dialect === 'chat') {
      it('passes its request through without what asks for a stream', async () => {
        const around = { model: kind.model, of_tomorrow: { it: 1 }, seed: 7 };
        const request = { ...around, stream: true, stream_options: { include_usage: true }, messages: hi };
        product.simulator.script(() => 'text=Hello.');
        const finished = await jobs.untilFinished(await jobs.enqueue(request, { dialect: 'chat' }));
        expect(finished).toMatchObject({ status: 'succeeded', warnings: [], result: { object: 'chat.completion' } });
        expect(product.simulator.requests.map(({ body }) => body.toString())).toEqual([
          JSON.stringify({ ...around, messages: hi }),
        ]);
      });

      it('tells what only the end of a stream shows to be lost', async () => {
        const chunk = { choices: [{ index: 0, delta: { content: 'Hello.' }, finish_reason: 'stop' }] };
        const headers = { 'content-type': 'text/event-stream' };
        product.simulator.script({ raw: { headers, body: `data: ${JSON.stringify(chunk)}\n\n` } });
        const request = { model, max_tokens: 64, messages: hi, top_k: 7, stream: true };
        const finished = await jobs.untilFinished(await jobs.enqueue(request));
        expect(finished).toMatchObject({ status: 'succeeded', warnings: ['top_k_dropped', 'usage_estimated'] });
      });
    }
  },
);
