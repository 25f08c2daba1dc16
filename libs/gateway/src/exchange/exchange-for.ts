import { GatewayError, type UpstreamDialect } from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import type { Exchange } from './exchange.js';
import { PassThrough } from './pass-through.js';
import { Translated } from './translated.js';

/** In the client's own words where the target understands them; otherwise translated into what it prefers. */
export function exchangeFor(inbound: Inbound, target: Target): Exchange {
  const dialects: readonly UpstreamDialect[] = target.provider.dialectsOf(target.model);
  if (inbound.dialect === 'messages' && dialects.includes('messages')) return new PassThrough(inbound, target);
  const [preferred] = dialects;
  if (preferred === undefined) throw new GatewayError('internal', 'The target speaks no dialect');
  return new Translated(inbound, target, preferred);
}
