import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { planAnswer } from './answer.js';
import { anthropicDialect } from './anthropic-dialect.js';
import { refuseMessagesRequest } from './anthropic-refusals.js';
import { Channel } from './channel.js';
import { chatDialect } from './chat-dialect.js';
import { refuseCredentials } from './credentials.js';
import type { Call, SimulatedDialect } from './dialect.js';
import { extractPromptDirectives } from './directive-pairs.js';
import type { Directives } from './directives.js';
import type { Endpoint } from './endpoint.js';
import { errorBody, isVendorError, vendorError, type VendorError } from './error-bodies.js';
import { faultStatus } from './fault-status.js';
import { isRecord, stringOf } from './json-reader.js';
import { listModels } from './model-lists.js';
import { playEarlyFault, playPlain, playStream } from './play.js';
import { readPrompt, type Prompt } from './prompt.js';
import type { RecordedRequest, Recorder } from './recorder.js';
import { responsesDialect } from './responses-dialect.js';
import type { Script } from './script.js';
import { estimateInputTokens } from './token-estimate.js';
import { mintRequestId, vendorHeaders } from './vendor-headers.js';
import { refuseWindow } from './window-refusal.js';

const dialects: Readonly<Partial<Record<Endpoint['operation'], SimulatedDialect>>> = {
  messages: anthropicDialect,
  chat: chatDialect,
  responses: responsesDialect,
};

/** One request and its answer. */
export class Exchange {
  private readonly requestId: string;
  private readonly call: Call;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly record: RecordedRequest,
    private readonly tooLarge: boolean,
    private readonly response: ServerResponse,
    private readonly recorder: Recorder,
    private readonly script: Script,
  ) {
    this.requestId = mintRequestId(endpoint.vendor);
    const body = isRecord(record.json) ? record.json : {};
    const { vendor } = endpoint;
    this.call = { vendor, headers: record.headers, body, model: endpoint.deployment ?? stringOf(body['model']) };
  }

  /** Rejects when the peer goes away. */
  async play(): Promise<void> {
    const dialect = dialects[this.endpoint.operation];
    const prompt = dialect ? readPrompt(this.call.body) : undefined;
    let directives: Directives;
    try {
      directives = this.script.directivesFor(this.record, prompt);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.sendError(this.channel({}), {}, vendorError(this.endpoint.vendor, 400, { message }));
      return;
    }
    const channel = this.channel(directives);
    if (directives.delayMs !== undefined) await channel.wait(directives.delayMs);
    if (await playEarlyFault(channel, directives, this.headers(false))) return;
    if (directives.raw) await this.sendRaw(channel, directives.raw);
    else if (dialect && prompt) await this.generate(channel, directives, dialect, prompt);
    else await this.sendLookup(channel, directives);
  }

  private async generate(
    channel: Channel,
    directives: Directives,
    dialect: SimulatedDialect,
    prompt: Prompt,
  ): Promise<void> {
    const refusal =
      this.gateRefusal(directives) ??
      (directives.lenient ? undefined : dialect.refuse(this.call)) ??
      refuseWindow(this.call, directives);
    if (refusal) {
      await this.sendError(channel, directives, refusal);
      return;
    }
    const { body, model } = this.call;
    const answer = planAnswer(directives, body, model, extractPromptDirectives(prompt.last).rest);
    if (body['stream'] === true) {
      const headers = {
        ...this.headers(false),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
      };
      await playStream(channel, directives, headers, dialect.stream(answer, this.call));
      return;
    }
    if (directives.fault?.kind === 'error') {
      const status = faultStatus(this.endpoint.vendor, directives.fault.type);
      const type = this.endpoint.vendor === 'anthropic' ? directives.fault.type : undefined;
      await this.sendError(channel, {}, vendorError(this.endpoint.vendor, status, type === undefined ? {} : { type }));
      return;
    }
    this.record.usageTold = answer.usage;
    await this.sendJson(channel, directives, directives.status ?? 200, dialect.plain(answer, this.call));
  }

  private async sendLookup(channel: Channel, directives: Directives): Promise<void> {
    if (this.endpoint.operation === 'home') {
      await this.sendJson(channel, directives, 200, { simulator: 'ready' });
      return;
    }
    const refusal = this.gateRefusal(directives) ?? this.lookupRefusal();
    const found = refusal ?? this.lookUp();
    if (isVendorError(found)) await this.sendError(channel, directives, found);
    else await this.sendJson(channel, directives, directives.status ?? 200, found);
  }

  private lookUp(): object | VendorError {
    const { operation, vendor } = this.endpoint;
    if (operation === 'models') return listModels(this.endpoint);
    if (operation === 'count_tokens') return { input_tokens: estimateInputTokens(this.call.body) };
    if (operation === 'input_tokens') {
      return { object: 'response.input_tokens', input_tokens: estimateInputTokens(this.call.body) };
    }
    const message = vendor === 'openai' ? `Invalid URL (${this.record.method} ${this.endpoint.path})` : undefined;
    return vendorError(vendor, 404, message === undefined ? {} : { message, code: null });
  }

  private lookupRefusal(): VendorError | undefined {
    return this.endpoint.operation === 'count_tokens'
      ? refuseMessagesRequest(this.call.body, this.call.headers, true)
      : undefined;
  }

  /** What stands before any reading of the request: the script, the key, the size, the syntax. */
  private gateRefusal({ status, errorType, errorCode, message }: Directives): VendorError | undefined {
    const { vendor } = this.endpoint;
    if (status !== undefined && status >= 400) {
      return vendorError(vendor, status, {
        ...(errorType === undefined ? {} : { type: errorType }),
        ...(errorCode === undefined ? {} : { code: errorCode }),
        ...(message === undefined ? {} : { message }),
      });
    }
    const refusal = refuseCredentials(vendor, this.record.headers);
    if (refusal) return refusal;
    if (this.tooLarge) return vendorError(vendor, 413);
    if (this.record.method !== 'POST' || isRecord(this.record.json)) return undefined;
    const malformed =
      vendor === 'anthropic'
        ? 'The request body is not valid JSON'
        : 'We could not parse the JSON body of your request. (HINT: This likely means you aren’t using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)';
    return vendorError(vendor, 400, { message: malformed });
  }

  private async sendError(channel: Channel, directives: Directives, error: VendorError): Promise<void> {
    const limited = error.status === 429;
    const retryAfter = directives.retryAfter ?? (limited ? '1' : 'none');
    await playPlain(
      channel,
      directives,
      error.status,
      {
        ...this.headers(limited),
        'content-type': 'application/json',
        ...(retryAfter === 'none' ? {} : { 'retry-after': retryAfter }),
        ...(directives.retryAfterMs === undefined ? {} : { 'retry-after-ms': String(directives.retryAfterMs) }),
        ...(directives.shouldRetry === undefined ? {} : { 'x-should-retry': String(directives.shouldRetry) }),
      },
      JSON.stringify(errorBody(error, this.requestId)),
    );
  }

  private async sendJson(channel: Channel, directives: Directives, status: number, body: object): Promise<void> {
    const headers = { ...this.headers(false), 'content-type': 'application/json' };
    await playPlain(channel, directives, status, headers, JSON.stringify(body));
  }

  private async sendRaw(channel: Channel, raw: NonNullable<Directives['raw']>): Promise<void> {
    channel.begin(raw.status ?? 200, { 'content-type': 'application/json', ...raw.headers });
    await channel.write(raw.body);
    channel.end();
  }

  private channel(directives: Directives): Channel {
    return new Channel(this.response, this.record, this.recorder, directives.chunkBytes);
  }

  private headers(limited: boolean): OutgoingHttpHeaders {
    return vendorHeaders(this.endpoint.vendor, this.requestId, limited);
  }
}
