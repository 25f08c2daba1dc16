import type OpenAI from 'openai';
import type { Answer } from './answer.js';
import type { Call } from './dialect.js';
import { namedFrame, type Frame } from './frame.js';
import { isRecord, recordsOf } from './json-reader.js';
import type { OpenaiStreamError } from './openai-stream-error.js';
import { isCutShort, responsesItems, type OutputItem } from './responses-items.js';
import { responseItemEvents, type ResponsesEvent } from './responses-item-events.js';
import type { TokenUsage } from './token-usage.js';
import { uniqueId } from './unique-id.js';

/** What changes of a Response object while it comes about. */
interface Progress {
  readonly status: OpenAI.Responses.ResponseStatus;
  readonly output: readonly OutputItem[];
  readonly usage: OpenAI.Responses.ResponseUsage | null;
  readonly incomplete_details: OpenAI.Responses.Response['incomplete_details'];
  /** Wider than the SDK's union of codes, as the wire is. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

const begun: Progress = { status: 'in_progress', output: [], usage: null, incomplete_details: null, error: null };

/** One answer of the Responses API, whole or as a stream, with one id throughout. */
export class ResponsesAnswer {
  private readonly settings: object;
  private readonly items: readonly OutputItem[];

  constructor(
    private readonly answer: Answer,
    call: Call,
  ) {
    this.settings = echoSettings(answer, call);
    this.items = responsesItems(answer, call);
  }

  /** `POST …/responses` without `stream`. */
  whole(): object {
    return { ...this.settings, ...this.finalProgress() };
  }

  frames(): Frame[] {
    const { answer, items } = this;
    const frames: Frame[] = [];
    const emit = (event: ResponsesEvent, usage?: TokenUsage): void => {
      const { type, ...members } = event.event;
      const numbered = { type, sequence_number: frames.length, ...members };
      frames.push(namedFrame(numbered, event.said, usage));
    };
    emit({ event: { type: 'response.created', response: { ...this.settings, ...begun } } });
    emit({ event: { type: 'response.in_progress', response: { ...this.settings, ...begun } } });
    for (const event of responseItemEvents(items, answer)) emit(event);
    if (answer.stop !== 'none') {
      const final = this.finalProgress();
      emit({ event: { type: `response.${final.status}`, response: { ...this.settings, ...final } } }, answer.usage);
    }
    return frames;
  }

  /** The error event in the shape that is really sent, and the `response.failed` that follows it. */
  failureFrames(error: OpenaiStreamError, eventsSent: number): Frame[] {
    const { type, code, message } = error;
    const response = { ...this.settings, ...begun, status: 'failed', error: { code: code ?? type, message } };
    const first = { type: 'error', sequence_number: eventsSent, error: { type, code, message, param: null } };
    const second = { type: 'response.failed', sequence_number: eventsSent + 1, response };
    return [namedFrame(first), namedFrame(second)];
  }

  private finalProgress(): Progress {
    const { answer, items } = this;
    if (answer.stop === 'failed') {
      const message = 'The server had an error while processing your request. Sorry about that!';
      return { ...begun, status: 'failed', error: { code: 'server_error', message } };
    }
    const reason = isCutShort(answer);
    return {
      status: reason === undefined ? 'completed' : 'incomplete',
      output: items,
      usage: responsesUsage(answer.usage),
      incomplete_details: reason === undefined ? null : { reason },
      error: null,
    };
  }
}

function responsesUsage(usage: TokenUsage): OpenAI.Responses.ResponseUsage {
  const input = usage.input + usage.cacheRead + usage.cacheWrite;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.thinking },
    total_tokens: input + usage.output,
  };
}

/** A Response repeats the settings that it was made with. */
function echoSettings({ model }: Answer, { body, vendor }: Call): object {
  const reasoning = isRecord(body['reasoning']) ? body['reasoning'] : {};
  const text = isRecord(body['text']) ? body['text'] : {};
  return {
    id: uniqueId('resp_', 48),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    access_programs: null,
    background: false,
    ...(vendor === 'azure' ? { content_filters: null } : {}),
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    max_tool_calls: body['max_tool_calls'] ?? null,
    model,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    prompt_cache_key: body['prompt_cache_key'] ?? null,
    prompt_cache_retention: body['prompt_cache_retention'] ?? null,
    reasoning: { effort: reasoning['effort'] ?? null, summary: reasoning['summary'] ?? null },
    safety_identifier: body['safety_identifier'] ?? null,
    service_tier: body['service_tier'] ?? 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: text['format'] ?? { type: 'text' }, verbosity: text['verbosity'] ?? 'medium' },
    tool_choice: body['tool_choice'] ?? 'auto',
    // Strict unless told otherwise, and so it is repeated.
    tools: recordsOf(body['tools']).map((tool) => (tool['type'] === 'function' ? { strict: true, ...tool } : tool)),
    top_logprobs: body['top_logprobs'] ?? 0,
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    user: body['user'] ?? null,
    metadata: body['metadata'] ?? {},
  };
}
