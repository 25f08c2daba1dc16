import { isObject } from '../json-object.js';

/** What of an upstream's reasoning item must come back for it to go on thinking where it stopped. */
export interface SealedReasoning {
  /** `rs_…`, for upstreams that hand out the encrypted content under their id only. */
  readonly id?: string;
  readonly encrypted_content?: string;
  /** The texts of the summary (Responses), or the reasoning itself (Chat) when the client is not shown it. */
  readonly summary?: readonly string[];
}

export interface ReasoningEnvelope {
  readonly provider: string;
  readonly model: string;
  readonly item: SealedReasoning;
}

/** What every envelope of ours begins with, and no signature of Anthropic's. */
export const envelopePrefix = 'cpx1.';
const version = 1;
const base64url = /^[A-Za-z0-9_-]+$/;

/** A `thinking.signature` of our own making. */
export function sealReasoning({ provider, model, item }: ReasoningEnvelope): string {
  return envelopePrefix + Buffer.from(JSON.stringify({ v: version, provider, model, item })).toString('base64url');
}

/** Whether the signature is ours: such a block must never reach an Anthropic upstream, which answers 400 to it. */
export function isOwnEnvelope(signature: unknown): signature is string {
  return typeof signature === 'string' && signature.startsWith(envelopePrefix);
}

/** What {@link sealReasoning} put in; `undefined` for every signature that is not exactly of that shape. */
export function openReasoning(signature: unknown): ReasoningEnvelope | undefined {
  if (!isOwnEnvelope(signature)) return undefined;
  const payload = signature.slice(envelopePrefix.length);
  if (!base64url.test(payload)) return undefined;
  let opened: unknown;
  try {
    opened = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!isObject(opened) || opened.v !== version) return undefined;
  const { provider, model, item } = opened;
  if (typeof provider !== 'string' || typeof model !== 'string' || !isSealed(item)) return undefined;
  return { provider, model, item };
}

function isSealed(item: unknown): item is SealedReasoning {
  if (!isObject(item)) return false;
  const { id, encrypted_content: encrypted, summary } = item;
  return (
    (id === undefined || typeof id === 'string') &&
    (encrypted === undefined || typeof encrypted === 'string') &&
    (summary === undefined || (Array.isArray(summary) && summary.every((text) => typeof text === 'string')))
  );
}
