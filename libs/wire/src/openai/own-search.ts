import { envelopePrefix } from './reasoning-envelope.js';

/** What the ids begin with of searches that another vendor's model made; Anthropic's own go on with a number. */
export const ownSearchPrefix = 'srvtoolu_cpx1_';

/** Stands where Anthropic has a result's index in its own search, which is what it finds a citation by. */
export const ownSearchIndex = envelopePrefix;

/** The id of a search, out of the upstream's. */
export function ownSearchId(upstreamId: string): string {
  return ownSearchPrefix + upstreamId.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}
