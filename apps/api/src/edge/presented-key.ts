import type { IncomingMessage } from 'node:http';
import { KeyRing } from '#gateway';

const fingerprints = new WeakMap<IncomingMessage, string>();

/** `x-api-key` wins over the bearer token, as it does at Anthropic; `api-key` is how Azure's clients say it. */
export function presentedKey({ headers }: IncomingMessage): string | undefined {
  const header = headers['x-api-key'] ?? headers['api-key'];
  if (typeof header === 'string' && header !== '') return header;
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '');
  return bearer?.[1];
}

/** The presented key's fingerprint, made once a request; `anonymous` for none. */
export function presentedFingerprint(request: IncomingMessage): string {
  let fingerprint = fingerprints.get(request);
  if (fingerprint === undefined) {
    const key = presentedKey(request);
    fingerprint = key === undefined ? 'anonymous' : KeyRing.fingerprint(key);
    fingerprints.set(request, fingerprint);
  }
  return fingerprint;
}
