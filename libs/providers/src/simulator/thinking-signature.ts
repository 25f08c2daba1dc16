import { createHmac } from 'node:crypto';

/** Marks the simulator's signatures, which look like Anthropic's otherwise. */
const ownPrefix = 'EsIM';

/** The signature that makes a thinking block replayable; bound to its text. */
export function signThinking(thinking: string): string {
  return ownPrefix + createHmac('sha512', 'simulator').update(thinking).digest('base64');
}

/**
 * Whether Anthropic would accept a replayed block: not what another vendor or a gateway minted, and not the simulator's own
 * with changed text. Text left out (`display: omitted`) is no change; other signatures of Anthropic's look are believed.
 */
export function acceptsSignature(signature: string, thinking: string): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature) || signature.startsWith('gAAAA')) return false;
  return !signature.startsWith(ownPrefix) || thinking === '' || signature === signThinking(thinking);
}
