import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { requestContext } from '#observability';
import { GatewayError } from '#wire';

/** Anthropic's own limit: https://docs.claude.com/en/api/errors#request-size-limits */
export const maxRequestBytes = 32 * 1024 * 1024;

const decoders: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/**
 * The request's body, decoded. The limit holds for what is sent and for what it decodes to.
 * Throws `GatewayError`: too_large, unsupported_encoding, invalid_request, client_closed.
 */
export async function readRequestBody(request: IncomingMessage, limitBytes = maxRequestBytes): Promise<Buffer> {
  const startedMs = performance.now();
  try {
    return await read(request, limitBytes);
  } finally {
    // A client that sends slowly is not our latency.
    requestContext.getStore()?.waitedFor(performance.now() - startedMs);
  }
}

async function read(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity')
    return collect(request, limitBytes, closedByClient);
  const decoder = decoders.get(encoding);
  if (decoder === undefined) {
    throw new GatewayError(
      'unsupported_encoding',
      `content-encoding: ${[...decoders.keys()].join(', ')} are understood`,
      {
        details: { error_code: 'request_body_encoding_unsupported' },
      },
    );
  }
  return decode(request, decoder(), limitBytes);
}

/** Not a `pipeline`, which would destroy the request together with the decoder, and its answer with it. */
async function decode(request: IncomingMessage, decoder: Transform, limitBytes: number): Promise<Buffer> {
  const { promise: tooMuch, reject } = Promise.withResolvers<never>();
  let bytes = 0;
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes > limitBytes) reject(tooLarge(limitBytes));
  };
  const cut = (): unknown => request.complete || decoder.destroy();
  request.on('data', count).once('error', cut).once('close', cut);
  request.pipe(decoder);
  try {
    return await Promise.race([collect(decoder, limitBytes, wronglyEncoded), tooMuch]);
  } finally {
    request.off('data', count).off('error', cut).off('close', cut);
    request.unpipe(decoder);
    // A few kilobytes can decode to gigabytes, which nobody wants any more.
    decoder.destroy();
    request.resume();
  }
}

async function collect(
  body: Readable,
  limitBytes: number,
  refusal: (cause?: unknown) => GatewayError,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limitBytes) {
      chunks.push(chunk);
      return;
    }
    body.removeAllListeners('data');
    reject(tooLarge(limitBytes));
  });
  body.once('end', () => {
    ended = true;
    const [first] = chunks;
    resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes));
  });
  body.once('error', (error) => reject(refusal(error)));
  body.once('close', () => {
    if (!ended) reject(closedByClient());
  });
  return promise;
}

function closedByClient(cause?: unknown): GatewayError {
  return new GatewayError('client_closed', 'The client closed the connection', { cause });
}

function wronglyEncoded(cause: unknown): GatewayError {
  return new GatewayError('invalid_request', 'The request body is not what its content-encoding says', {
    details: { error_code: 'request_body_encoding_invalid' },
    cause,
  });
}

function tooLarge(limitBytes: number): GatewayError {
  return new GatewayError('too_large', `Request exceeds the maximum size of ${limitBytes} bytes`);
}
