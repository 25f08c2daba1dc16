import { GatewayError } from '#wire';
import type { Inbound } from './inbound.js';

/**
 * The refusal of a canonical request with the client's own path in it, also where the message begins with a path. A Messages
 * client's own path it is already.
 */
export function clientsRefusal(error: GatewayError, inbound: Inbound): GatewayError {
  const { path } = error.context;
  if (inbound.dialect === 'messages' || path === undefined) return error;
  const clients = inbound.canonical().pathOf(path);
  const [head = ''] = error.message.split(': ', 1);
  // The message may begin with the path of what is around it or in it.
  const isPath = `${path}.`.startsWith(`${head}.`) || head.startsWith(`${path}.`);
  const message = isPath ? clients + error.message.slice(head.length) : error.message;
  return new GatewayError(error.code, message, { ...error.context, path: clients });
}
