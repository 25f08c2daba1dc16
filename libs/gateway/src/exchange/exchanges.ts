import { Injectable } from '@nestjs/common';
import { GatewayError } from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import { TranslationMemory } from '../translation-memory.js';
import type { Exchange } from './exchange.js';
import { PassThrough } from './pass-through.js';
import { TokenCount } from './token-count.js';
import { Translated } from './translated.js';

/** Decides how a request speaks to a target: in its own words where they are understood, else in what the target prefers. */
@Injectable()
export class Exchanges {
  constructor(private readonly memory: TranslationMemory) {}

  open(inbound: Inbound, target: Target): Exchange {
    const dialects = target.provider.dialectsOf(target.model);
    if (inbound.dialect === 'messages' && dialects.includes('messages')) return new PassThrough(inbound, target);
    if (inbound.operation === 'count_tokens' && !dialects.includes('messages')) {
      return new TokenCount(inbound, target, this.memory);
    }
    const [preferred] = dialects;
    if (preferred === undefined) throw new GatewayError('internal', 'The target speaks no dialect');
    return Translated.from(inbound, target, preferred, this.memory);
  }
}
