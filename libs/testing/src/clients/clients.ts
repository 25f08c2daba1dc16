import { chatClients } from './chat-client.js';
import type { ClientKind } from './client-kind.js';
import { legacyClients } from './legacy-clients.js';
import { messagesClients } from './messages-client.js';
import { responsesClients } from './responses-client.js';

/** Every dialect that clients speak to the product, plain and streaming. */
export const clients: readonly ClientKind[] = [
  ...messagesClients,
  ...chatClients,
  ...responsesClients,
  ...legacyClients,
];
