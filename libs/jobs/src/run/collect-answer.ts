import { type GatewayAnswer, maxAnswerBytes } from '#gateway';
import { GatewayError, MessageAccumulator, type MessagesEvent, parseJsonText, SseDecoder, type SseEvent } from '#wire';

/** The answer's JSON text, also of one that comes as a stream. Throws `GatewayError` when it breaks, or is too large. */
export async function collectAnswer(answer: GatewayAnswer): Promise<string> {
  const { body } = answer;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const decoder = new SseDecoder();
  const message = new MessageAccumulator();
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes)
      throw new GatewayError('upstream_invalid_answer', 'The answer of the upstream is too large');
    for (const event of decoder.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)) add(event, message);
  }
  for (const event of decoder.end()) add(event, message);
  const { outcome, error } = await answer.settlement;
  if (outcome !== 'ended') {
    throw error instanceof GatewayError ? error : new GatewayError('internal', 'Internal error', { cause: error });
  }
  return JSON.stringify(message.finished());
}

function add({ data }: SseEvent, message: MessageAccumulator): void {
  try {
    message.add(parseJsonText(data) as MessagesEvent);
  } catch (error) {
    throw new GatewayError('upstream_invalid_answer', 'The answer of the upstream could not be interpreted', {
      cause: error,
    });
  }
}
