import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayError } from '#wire';
import { readRequestBody } from './read-request-body.js';

const limitBytes = 100_000;

const server = createServer((request, response) => {
  void readRequestBody(request, limitBytes).then(
    (body) => response.end(`${body.length} bytes`),
    (error: unknown) => response.writeHead(400).end(error instanceof GatewayError ? error.code : String(error)),
  );
});
// Compressing the bombs blocks this process for seconds, in which idle connections would be closed under the next request.
server.keepAliveTimeout = 600_000;
let url = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

async function send(body: Buffer | ReadableStream, encoding: string): Promise<string> {
  const headers = { 'content-encoding': encoding };
  const response = await fetch(url, { method: 'POST', headers, body, duplex: 'half' });
  return response.text();
}

function inPieces(body: Buffer): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (let start = 0; start < body.length; start += 5000) controller.enqueue(body.subarray(start, start + 5000));
      controller.close();
    },
  });
}

describe.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)('a body in %s', (encoding, compress) => {
  it('is decoded', async () => {
    expect(await send(compress(Buffer.alloc(limitBytes, 'a')), encoding)).toBe(`${limitBytes} bytes`);
    expect(await send(inPieces(compress(Buffer.alloc(limitBytes, 'a'))), encoding)).toBe(`${limitBytes} bytes`);
  });

  it('that decodes to too much is refused, and its client still hears so', async () => {
    const bomb = compress(Buffer.alloc(64 * 1024 * 1024));
    expect(await send(bomb, encoding)).toBe('too_large');
    expect(await send(inPieces(bomb), encoding)).toBe('too_large');
  });

  it('that is none is refused', async () => {
    expect(await send(Buffer.from('plain text, and not as announced'), encoding)).toBe('invalid_request');
  });
});

it('counts what is sent as well, where it decodes to nothing', async () => {
  const empty = gzipSync('');
  expect(await send(inPieces(Buffer.concat(Array.from({ length: 10_000 }, () => empty))), 'gzip')).toBe('too_large');
});
