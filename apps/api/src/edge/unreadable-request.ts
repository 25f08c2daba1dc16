import { maxHeaderSize, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { newRequestId } from '#observability';
import { formatError, GatewayError } from '#wire';

interface Unreadable {
  readonly status: string;
  readonly error: GatewayError;
}

/** By the code of Node's parser; the statuses are those that Node would give, without a word. */
function unreadable(code: string | undefined): Unreadable {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: '431 Request Header Fields Too Large',
        error: new GatewayError('invalid_request', `The headers are larger than ${maxHeaderSize / 1024} KB`),
      };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return {
        status: '413 Payload Too Large',
        error: new GatewayError('too_large', 'The extensions of the chunks are too large'),
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: '408 Request Timeout',
        error: new GatewayError('request_timeout', 'The request was not complete in time'),
      };
    default:
      return { status: '400 Bad Request', error: new GatewayError('invalid_request', 'The request is not valid HTTP') };
  }
}

/**
 * Answers what Node's HTTP parser cannot read, which no middleware ever sees. The dialect is as unknown as the path; Anthropic's
 * envelope has what OpenAI's SDKs look for, too.
 */
export function answerUnreadable(logger: Logger): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return ({ code }, socket) => {
    // Into an answer that has begun nothing may be written. Node keeps it there, and asks the same before its own answer.
    const { _httpMessage: underWay } = socket as { readonly _httpMessage?: ServerResponse | null };
    if (socket.writable && code !== 'ECONNRESET' && underWay?.headersSent !== true) {
      const { status, error } = unreadable(code);
      // Where its headers were read it has an id already, under which it is logged.
      const requestId = String(underWay?.getHeader('request-id') ?? newRequestId());
      const body = JSON.stringify(formatError('messages', error, requestId).body);
      socket.write(
        `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
          `request-id: ${requestId}\r\nconnection: close\r\n\r\n${body}`,
      );
      logger.info(
        { correlationId: requestId, metadata: { requestId, code } },
        `a request could not be read: ${status}`,
      );
    }
    socket.destroySoon();
  };
}
