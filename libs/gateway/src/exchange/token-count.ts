import type { UpstreamResponse } from '#providers';
import { GatewayError, type Warning } from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import type { TranslationMemory } from '../translation-memory.js';
import { type UpstreamRequest, upstreamRequest } from '../upstream-dialect.js';
import type { Exchange, ExchangeAnswer, Refusal } from './exchange.js';
import { parseAnswer, readBody, readHead } from './read-body.js';
import { relayedHeaders } from './relayed-headers.js';
import { tokenCount } from './token-count-answer.js';

/** What OpenAI's counter takes of a request (`InputTokenCountParams`); it refuses the rest. */
const counted = [
  'model',
  'input',
  'instructions',
  'tools',
  'tool_choice',
  'text',
  'reasoning',
  'parallel_tool_calls',
] as const;

/** Asks the upstream's own counter, `POST /responses/input_tokens`. */
export class TokenCount implements Exchange {
  readonly dialect = 'responses';
  readonly sameDialect = false;
  readonly body: string;
  readonly warnings: readonly Warning[];
  private readonly upstream: UpstreamRequest;

  constructor(inbound: Inbound, target: Target, memory: TranslationMemory) {
    this.upstream = upstreamRequest('responses', inbound.canonical().request, target.model, memory.recallReasoning);
    const { body } = this.upstream;
    this.body = JSON.stringify(Object.fromEntries(counted.map((name) => [name, body[name]])));
    this.warnings = this.upstream.warnings;
  }

  async plain(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const { input_tokens: tokens } = parseAnswer(await readBody(response.body));
    if (typeof tokens !== 'number')
      throw new GatewayError('upstream_invalid_answer', 'The upstream’s answer has no token count');
    return tokenCount(tokens, 'exact', relayedHeaders(response.headers));
  }

  stream(response: UpstreamResponse): Promise<ExchangeAnswer> {
    return this.plain(response);
  }

  async refused(response: UpstreamResponse): Promise<Refusal> {
    const { status, headers } = response;
    const body = (await readHead(response.body)).toString('utf8');
    return { error: this.upstream.failure({ status, headers, body }) };
  }
}
