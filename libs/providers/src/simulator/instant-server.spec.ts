import { Agent, request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from './simulator.js';

let instant: Simulator;

beforeAll(async () => {
  instant = await startSimulator({ instant: true, deltas: 100 });
});
afterEach(() => instant.reset());
afterAll(() => instant.close());

async function ask(path: string, stream: boolean): Promise<string> {
  const response = await fetch(instant.url + path, { method: 'POST', body: JSON.stringify({ model: 'm', stream }) });
  return response.text();
}

describe('the instant simulator', () => {
  it.each(['/v1/messages', '/v1/chat/completions', '/v1/responses'])(
    'answers %s from prebuilt buffers',
    async (path) => {
      expect(JSON.parse(await ask(path, false))).toHaveProperty('id');
      const deltas = (await ask(path, true)).match(/"text_delta"|"content":"[^"]|"response.output_text\.delta"/g);

      expect(deltas).toHaveLength(100);
      expect(instant.counts).toMatchObject({ calls: 2, byPath: { [path]: 2 } });
    },
  );

  it('answers 404 where it has nothing prebuilt', async () => {
    const response = await fetch(`${instant.url}/v1/models`);

    expect(response.status).toBe(404);
  });

  it('takes bodies in chunks of any cut, and requests one after the other on a connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = () =>
      new Promise<string>((resolve, reject) => {
        const request = httpRequest(`${instant.url}/v1/messages`, { method: 'POST', agent }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => resolve(text));
        });
        request.on('error', reject);
        request.write('{"stream": ');
        setImmediate(() => request.end(`true, "padding": "${'x'.repeat(200_000)}"}`));
      });
    const answers = await Promise.all([post(), post(), post()]);
    agent.destroy();

    expect(answers.map((answer) => answer.endsWith('data: {"type":"message_stop"}\n\n'))).toEqual([true, true, true]);
    expect(instant.counts.calls).toBe(3);
  });
});

describe('the instant simulator with an interval', () => {
  it('sends the events of a stream one by one, the first at once', async () => {
    const paced = await startSimulator({ instant: true, deltas: 3, intervalMs: 50 });
    const post = async (stream: boolean) =>
      fetch(`${paced.url}/v1/messages`, { method: 'POST', body: JSON.stringify({ model: 'm', stream }) });
    const pieces: string[] = [];
    for await (const piece of (await post(true)).body ?? []) pieces.push(Buffer.from(piece).toString());
    const plain = await post(false);
    const events = pieces.map((piece) => piece.match(/^event: (.+)$/gm));
    await paced.close();

    expect(events[0]).toEqual(['event: message_start']);
    expect(events.flat()).toHaveLength(9);
    expect(pieces.length).toBeGreaterThan(2);
    expect(plain.headers.get('content-type')).toBe('application/json');
  });
});
