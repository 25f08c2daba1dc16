import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';

/** Anthropic's limit, decoded. */
const mostBodyBytes = 32 * 1024 * 1024;

const decoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/** The body, decompressed; `too_large` when it passes the limit, read to its end all the same. Rejects when the peer goes away. */
export async function readBody(request: IncomingMessage): Promise<Buffer | 'too_large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= mostBodyBytes) chunks.push(chunk);
  }
  if (size > mostBodyBytes) return 'too_large';
  const encoded = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  const decode = decoders[request.headers['content-encoding']?.toLowerCase() ?? ''];
  const body = decode ? await decode(encoded) : encoded;
  return body.length > mostBodyBytes ? 'too_large' : body;
}
