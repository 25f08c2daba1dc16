import { Injectable } from '@nestjs/common';
import { GatewayError, holdsOwnBlocks, type UnsupportedParameter, type UpstreamDialect } from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import { type Lesson, TranslationMemory } from '../translation-memory.js';
import type { Exchange } from './exchange.js';
import { PassThrough } from './pass-through.js';
import { TokenCount } from './token-count.js';
import { Translated } from './translated.js';

const ofMessages = /^(?:messages|input)\b|^prompt_cache_breakpoint$/;

/** Decides how a request speaks to a target: in its own words where they are understood, else in what the target prefers. */
@Injectable()
export class Exchanges {
  constructor(private readonly memory: TranslationMemory) {}

  open(inbound: Inbound, target: Target): Exchange {
    const dialects = target.provider.dialectsOf(target.model);
    const own = dialects.find((dialect) => dialect === inbound.dialect);
    if (own === 'messages') return new PassThrough(inbound, target, own);
    if (own !== undefined && passesThrough(inbound, target) && !this.memory.hasRefused(target, inbound.json)) {
      return new PassThrough(inbound, target, own, (finding, errorBody) =>
        this.inOtherWords(finding, errorBody, inbound, target, dialects),
      );
    }
    if (inbound.operation === 'count_tokens' && !dialects.includes('messages')) {
      return new TokenCount(inbound, target, this.memory);
    }
    return this.translated(inbound, target, dialects);
  }

  private translated(
    inbound: Inbound,
    target: Target,
    [preferred]: readonly UpstreamDialect[],
    refused?: { readonly finding: UnsupportedParameter; readonly lesson: Lesson | undefined },
  ): Translated {
    if (preferred === undefined) throw new GatewayError('internal', 'The target speaks no dialect');
    return Translated.from(inbound, target, preferred, this.memory, refused);
  }

  /** Undefined where the request cannot be translated: then the refusal stands. */
  private inOtherWords(
    finding: UnsupportedParameter,
    errorBody: string,
    inbound: Inbound,
    target: Target,
    dialects: readonly UpstreamDialect[],
  ): Exchange | undefined {
    const { json } = inbound;
    // Where in the messages it stood was the client's choice, and may be what was wrong with it.
    const lesson = ofMessages.test(finding.param)
      ? undefined
      : this.memory.lessonOf(target, { finding, errorBody, asked: json, sent: json });
    try {
      return this.translated(inbound, target, dialects, { finding, lesson });
    } catch (error) {
      if (error instanceof GatewayError) return undefined;
      throw error;
    }
  }
}

/** Whether the client's own words will do, where the target speaks its language. */
function passesThrough(inbound: Inbound, { model }: Target): boolean {
  // What we have minted only we can read.
  if (holdsOwnBlocks(inbound.body)) return false;
  // Chat Completions refuses tools to models that reason; by way of Responses they get both.
  const { tools, reasoning_effort: effort } = inbound.json;
  const wantsTools = inbound.dialect === 'chat' && Array.isArray(tools) && tools.length > 0;
  return !(wantsTools && model.capabilities.api === 'responses' && effort !== 'none');
}
