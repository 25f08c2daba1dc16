import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { startSimulator } from '#providers/simulator';
import { laneRequest } from './lane-request.js';
import { baselines } from './lanes.js';
import { runLoad } from './run-load.js';

const requests = 50;

describe('runLoad', () => {
  it.each([baselines.plain, baselines.stream])('gets every answer whole: $name', async (lane) => {
    const upstream = await startSimulator({ instant: true, deltas: 10 });
    const port = Number(new URL(upstream.url).port);
    const result = await runLoad({
      id: 1,
      port,
      request: laneRequest(lane),
      expected: lane.expected,
      connections: 4,
      requests,
    });
    expect(result).toMatchObject({ id: 1, answered: requests, broken: {} });
    expect(result.bodyBytes).toBeGreaterThan(100);
    expect(upstream.counts.calls).toBe(requests);
    await upstream.close();
  });

  it('sends as many a second as it is told, and counts what a request waits for a connection', async () => {
    // Answers one after the other, each after 20 ms.
    const server = createServer((socket) => {
      socket.on('data', () => setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood'), 20));
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const job = { port, request: 'GET / HTTP/1.1\r\n\r\n', expected: { status: 200, marker: 'good' }, requests: 20 };
    const enough = await runLoad({ ...job, id: 1, connections: 20, perSecond: 100 });
    expect(enough).toMatchObject({ answered: 20, broken: {} });
    expect(enough.seconds).toBeGreaterThan(0.19);
    // One connection can send fifty a second: the last of twenty is 190 ms late.
    const tooFew = await runLoad({ ...job, id: 2, connections: 1, perSecond: 100 });
    expect(tooFew).toMatchObject({ answered: 20, broken: {} });
    expect(tooFew.latencyMs.max).toBeGreaterThan(190);
    server.close();
  });

  it('tells what was wrong with answers', async () => {
    const answers = [
      'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood',
      'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nbad',
      'HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\ngood',
      'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ngood!!',
      'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nhalf',
      undefined,
    ];
    let asked = 0;
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => {
        const answer = answers[asked];
        asked += 1;
        if (answer !== undefined) socket.write(answer);
        if (answer === undefined || answer.endsWith('half')) socket.end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const expected = { status: 200, marker: 'good' };
    const request = 'GET / HTTP/1.1\r\n\r\n';
    const result = await runLoad({ id: 2, port, request, expected, connections: 1, requests: answers.length });
    expect(result.answered).toBe(4);
    expect(result.broken).toEqual({ 'not whole': 1, 'status 500': 1, length: 1, cut: 1, 'no answer': 1 });
    server.close();
  });
});
