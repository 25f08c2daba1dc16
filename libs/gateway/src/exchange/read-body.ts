import { GatewayError, parseJsonText, withExactNumbers } from '#wire';

/** A plain answer longer than this is a broken upstream, not an answer: the longest output is a few hundred kilobytes. */
export const maxAnswerBytes = 64 * 1024 * 1024;

/** Collects a body. Throws `GatewayError('upstream_invalid_answer')` past the limit, having closed the connection. */
export async function readBody(body: AsyncIterable<Uint8Array>, limitBytes = maxAnswerBytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limitBytes)
      throw new GatewayError('upstream_invalid_answer', 'The answer of the upstream is too large');
    chunks.push(chunk);
  }
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined
    ? Buffer.from(first.buffer, first.byteOffset, first.length)
    : Buffer.concat(chunks, bytes);
}

/** Longer refusals quote the request that they refuse. */
export const maxRefusalBytes = 1024 * 1024;

/** The start of a body, for a refusal whose words matter but whose length does not; the rest is left unread. */
export async function readHead(body: AsyncIterable<Uint8Array>, limitBytes = maxRefusalBytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= limitBytes) break;
  }
  return Buffer.concat(chunks, bytes).subarray(0, limitBytes);
}

/** A plain answer as the JSON object that it must be. Throws `GatewayError('upstream_invalid_answer')`, quoting nothing. */
export function parseAnswer(body: Buffer): JsonAnswer {
  return answerOf(() => parseJsonText(body.toString('utf8')));
}

/** The same for an answer that is said in other words: the inputs of its tools are only to be written again. */
export function parseExactAnswer(body: Buffer): JsonAnswer {
  const text = body.toString('utf8');
  return answerOf(() => withExactNumbers(parseJsonText(text), () => text));
}

type JsonAnswer = Readonly<Record<string, unknown>>;

function answerOf(parse: () => unknown): JsonAnswer {
  let answer: unknown;
  try {
    answer = parse();
  } catch {
    // Half an answer, or a proxy's HTML.
  }
  if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer as JsonAnswer;
  throw new GatewayError('upstream_invalid_answer', 'The answer of the upstream is not a JSON object');
}
