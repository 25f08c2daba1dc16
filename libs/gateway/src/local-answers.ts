import { Injectable } from '@nestjs/common';
import { eventsFromMessage, GatewayError, type Message, warning } from '#wire';
import type { Attempted } from './attempts.js';
import type { ExchangeAnswer } from './exchange/exchange.js';
import { tokenCount } from './exchange/token-count-answer.js';
import type { Inbound } from './inbound.js';
import { refuseWarnings } from './refuse-warnings.js';
import type { Target } from './router.js';
import { estimateInputTokens } from './token-estimate.js';

/** What can be answered without an upstream, because the upstream has no way to be asked. */
@Injectable()
export class LocalAnswers {
  /** Undefined: ask the upstream. */
  async answer(inbound: Inbound, target: Target): Promise<Attempted | undefined> {
    if (speaksMessages(target)) return undefined;
    if (inbound.operation === 'count_tokens') {
      return target.provider.countsTokens(target.model) ? undefined : { target, answer: await estimated(inbound) };
    }
    // What passes through is its upstream's to judge, and is not even read as another dialect.
    if (!asksForNoOutput(inbound) || speaksOf(inbound, target)) return undefined;
    const { warnings, pathOf } = inbound.canonical();
    const losses = [...warnings, warning('cache_warm_up_skipped', pathOf('max_tokens'))];
    refuseWarnings(inbound, losses);
    return { target, answer: warmedUp(inbound), warnings: losses };
  }

  /** An upstream that failed to count is no reason to leave the client without a count. */
  async insteadOf(error: unknown, inbound: Inbound, target: Target): Promise<Attempted> {
    const isClients =
      !(error instanceof GatewayError) || error.code === 'invalid_request' || error.code === 'client_closed';
    if (inbound.operation !== 'count_tokens' || isClients || speaksMessages(target)) throw error;
    return { target, answer: await estimated(inbound) };
  }
}

function speaksMessages({ provider, model }: Target): boolean {
  return provider.dialectsOf(model).includes('messages');
}

function speaksOf({ dialect }: Inbound, { provider, model }: Target): boolean {
  return provider.dialectsOf(model).some((spoken) => spoken === dialect);
}

const outputLimits = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_tokens_to_sample'];

function asksForNoOutput({ json }: Inbound): boolean {
  return outputLimits.some((limit) => json[limit] === 0);
}

async function estimated(inbound: Inbound): Promise<ExchangeAnswer> {
  return tokenCount(await estimateInputTokens(inbound.canonical().request), 'estimated');
}

/** `max_tokens: 0` only warms Anthropic's prompt cache; OpenAI warms its own, and refuses to answer nothing. */
function warmedUp(inbound: Inbound): ExchangeAnswer {
  const canonical = inbound.canonical();
  const message = emptyMessage(inbound);
  const formatter = canonical.formatter();
  const body = inbound.stream
    ? [...eventsFromMessage(message)].map((event) => formatter.write(event)).join('') + formatter.end()
    : JSON.stringify(canonical.format(message));
  return {
    headers: { 'content-type': inbound.stream ? 'text/event-stream; charset=utf-8' : 'application/json' },
    body,
    fail: (errorBody) => formatter.fail(errorBody),
    report: () => ({ usage: message.usage, stopReason: 'max_tokens', model: undefined }),
  };
}

function emptyMessage({ id, model }: Inbound): Message {
  return {
    id: id.replace(/^req_/, 'msg_'),
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: 'max_tokens',
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: {
      input_tokens: 0,
      output_tokens: 0,
      cache_creation: null,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      inference_geo: null,
      output_tokens_details: null,
      server_tool_use: null,
      service_tier: null,
      speed: null,
    },
  };
}
