import { isObject, type JsonObject, stringIn } from '../json-object.js';
import { GatewayError } from '../gateway-error.js';
import { warning } from '../openai/compatibility.js';
import { estimatedUsage } from '../openai/usage.js';
import { RepeatedJson } from '../sse/repeated-json.js';
import type { SseEvent } from '../sse/sse-decoder.js';
import type { AnswerContext, StreamReader } from '../translation.js';
import { StopSequenceScanner } from '../upstream/stop-sequence-scanner.js';
import type { Warning } from '../warning.js';
import {
  completeMessage,
  isCitedElsewhere,
  isContentBlock,
  isShownElsewhere,
  withSignature,
} from './complete-message.js';
import { errorFromAnthropicEvent } from './error-from-upstream.js';
import type { ContentBlock, MessagesEvent, Usage } from './messages.js';
import { overlaid, toldUsage } from './usage-tap.js';

type DeltaEvent = Extract<MessagesEvent, { type: 'content_block_delta' }>;
type Delta = Extract<MessagesEvent, { type: 'message_delta' }>;

interface DeltaKind {
  /** The member that holds what is said. */
  readonly member: string;
  readonly holds: 'string' | 'object';
  /** The types of block that it belongs to. */
  readonly blocks: readonly string[];
}

const deltaKinds: Readonly<Record<string, DeltaKind>> = {
  text_delta: { member: 'text', holds: 'string', blocks: ['text'] },
  citations_delta: { member: 'citation', holds: 'object', blocks: ['text'] },
  thinking_delta: { member: 'thinking', holds: 'string', blocks: ['thinking'] },
  signature_delta: { member: 'signature', holds: 'string', blocks: ['thinking'] },
  input_json_delta: { member: 'partial_json', holds: 'string', blocks: ['tool_use', 'server_tool_use'] },
};

/**
 * An Anthropic upstream's stream as canonical events in their strict grammar: relays have been seen to repeat `message_start`,
 * to send signatures where none belong, and events that nobody knows. One per stream. Blocks that overlap and content without a
 * place are an error: a part of the answer would be missing, and half a call would read as a whole one.
 */
export class MessagesStreamReader implements StreamReader {
  readonly warnings: Warning[] = [];
  model: string | undefined;
  private started = false;
  private stopped = false;
  /** The upstream's index and the type of the open block. */
  private open: { readonly upstreamIndex: unknown; readonly type: string } | undefined;
  private nextIndex = 0;
  private ending: Delta | undefined;
  /** Looks for the sequences that Anthropic does not take itself. */
  private readonly scanner: StopSequenceScanner | undefined;
  private outputChars = 0;
  private tokens: JsonObject | undefined;
  private readonly json = new RepeatedJson('text');

  constructor(private readonly context: AnswerContext) {
    if (context.stopSequences.length > 0) this.scanner = new StopSequenceScanner(context.stopSequences);
  }

  get usage(): Usage | undefined {
    return this.tokens && toldUsage(this.tokens);
  }

  get finished(): boolean {
    return this.stopped || this.cut;
  }

  get cut(): boolean {
    return this.scanner?.matched !== undefined;
  }

  read(event: SseEvent): readonly MessagesEvent[] {
    if (this.finished) return [];
    const data = this.parsed(event);
    if (data === undefined) return [];
    switch (data.type) {
      case 'message_start':
        return this.start(data);
      case 'content_block_start':
        return this.startBlock(data);
      case 'content_block_delta':
        return this.delta(data);
      case 'content_block_stop':
        return data.index === this.open?.upstreamIndex ? this.closeBlock() : [];
      case 'message_delta':
        return this.keepEnding(data);
      case 'message_stop':
        return this.stop();
      case 'ping':
        return this.started ? [{ type: 'ping' }] : [];
      case 'error':
        throw errorFromAnthropicEvent(data);
      default:
        return [];
    }
  }

  end(inputTokens?: number): readonly MessagesEvent[] {
    if (this.cut && !this.stopped) return this.stopCut(inputTokens);
    // Some relays close after `message_delta`, whose stop reason already says that the answer is whole.
    if (!this.stopped && this.ending?.delta.stop_reason != null && !this.open) return this.stop();
    if (!this.stopped) throw new GatewayError('upstream_failed', 'The upstream closed the stream early.');
    return [];
  }

  private parsed(event: SseEvent): JsonObject | undefined {
    if (event.data === '' || event.data === '[DONE]') return undefined;
    try {
      const data = this.json.parse(event.data);
      if (isObject(data)) return data.type === undefined ? { ...data, type: event.event } : data;
    } catch {
      // Told below: leaving out a part of an answer unsaid would be worse than failing.
    }
    throw invalid('an event that cannot be read');
  }

  private start(data: JsonObject): readonly MessagesEvent[] {
    if (this.started || !isObject(data.message)) return [];
    this.started = true;
    this.model = stringIn(data.message, 'model') || undefined;
    this.tokens = overlaid(undefined, data.message.usage);
    const message = completeMessage(data.message, [], this.context.model);
    return [
      { type: 'message_start', message: { ...message, stop_reason: null, stop_sequence: null, stop_details: null } },
    ];
  }

  private startBlock(data: JsonObject): readonly MessagesEvent[] {
    const block = data.content_block;
    if (!this.started || !isContentBlock(block)) throw invalid('a block that cannot be read');
    // Clients run a tool at the stop of its block: only the upstream can say that a call is whole.
    if (this.open?.type.endsWith('tool_use')) throw invalid('a block inside of a call');
    const closed = this.closeBlock();
    this.open = { upstreamIndex: data.index, type: block.type };
    if (!isShownElsewhere(block)) this.warnOfLoss();
    const { begun, said } = splitStart(withSignature(block));
    const start = { type: 'content_block_start' as const, index: this.nextIndex, content_block: begun };
    return [...closed, start, ...said.flatMap((delta) => this.write(delta))];
  }

  private delta({ index, delta }: JsonObject): readonly MessagesEvent[] {
    if (!isObject(delta)) return [];
    const type = String(delta.type);
    const kind = Object.hasOwn(deltaKinds, type) ? deltaKinds[type] : undefined;
    if (kind === undefined) {
      this.warnOfLoss();
      return [];
    }
    const value = delta[kind.member];
    if (value === undefined || value === null) return [];
    if (typeof value !== kind.holds) throw invalid(`a ${type} that cannot be read`);
    if (type === 'citations_delta' && !isCitedElsewhere(value)) this.warnOfLoss();
    if (this.open && index === this.open.upstreamIndex && kind.blocks.includes(this.open.type)) {
      return this.write({ ...delta } as unknown as DeltaEvent['delta']);
    }
    if (value === '' || type === 'signature_delta') return [];
    throw invalid(`a ${type} that belongs to no block`);
  }

  private warnOfLoss(): void {
    const path = `content.${this.nextIndex}`;
    if (this.warnings.at(-1)?.path !== path) this.warnings.push(warning('answer_item_dropped', path));
  }

  private write(delta: DeltaEvent['delta']): readonly MessagesEvent[] {
    if (!this.open || this.cut) return [];
    if (this.scanner) {
      this.outputChars += charsOf(delta);
      if (delta.type === 'text_delta') return this.textDelta(this.scanner.push(delta.text));
    }
    return [{ type: 'content_block_delta', index: this.nextIndex, delta }];
  }

  private stopCut(inputTokens: number | undefined): readonly MessagesEvent[] {
    this.warnings.push(warning('usage_estimated', 'usage'));
    const { output_tokens: outputTokens } = estimatedUsage(this.outputChars);
    this.keepEnding({
      delta: { stop_reason: 'stop_sequence', stop_sequence: this.scanner?.matched },
      usage: { input_tokens: inputTokens ?? null, output_tokens: outputTokens },
    });
    return [...this.closeBlock(), ...this.stop()];
  }

  private textDelta(text: string): readonly MessagesEvent[] {
    if (text === '') return [];
    return [{ type: 'content_block_delta', index: this.nextIndex, delta: { type: 'text_delta', text } }];
  }

  private closeBlock(): readonly MessagesEvent[] {
    if (!this.open) return [];
    this.open = undefined;
    const heldBack = this.textDelta(this.scanner?.flush() ?? '');
    return [...heldBack, { type: 'content_block_stop', index: this.nextIndex++ }];
  }

  /** Held until the stop: one `message_delta` alone is sent, and a relay may split it into usage and reason. */
  private keepEnding(data: JsonObject): readonly MessagesEvent[] {
    const delta = isObject(data.delta) ? (data.delta as Partial<Delta['delta']>) : {};
    const usage = isObject(data.usage) ? (data.usage as Partial<Usage>) : {};
    this.tokens = overlaid(this.tokens, data.usage);
    const before = this.ending;
    this.ending = {
      ...data,
      type: 'message_delta',
      delta: {
        stop_reason: delta.stop_reason ?? before?.delta.stop_reason ?? null,
        stop_sequence: delta.stop_sequence ?? before?.delta.stop_sequence ?? null,
        stop_details: delta.stop_details ?? before?.delta.stop_details ?? null,
        container: delta.container ?? before?.delta.container ?? null,
      },
      usage: {
        input_tokens: usage.input_tokens ?? before?.usage.input_tokens ?? null,
        output_tokens: usage.output_tokens ?? before?.usage.output_tokens ?? 0,
        cache_creation_input_tokens:
          usage.cache_creation_input_tokens ?? before?.usage.cache_creation_input_tokens ?? null,
        cache_read_input_tokens: usage.cache_read_input_tokens ?? before?.usage.cache_read_input_tokens ?? null,
        output_tokens_details: usage.output_tokens_details ?? before?.usage.output_tokens_details ?? null,
        server_tool_use: usage.server_tool_use ?? before?.usage.server_tool_use ?? null,
      },
    };
    return [];
  }

  private stop(): readonly MessagesEvent[] {
    if (!this.started || !this.ending || this.open) {
      throw new GatewayError('upstream_invalid_answer', 'The upstream ended its answer before it was whole.');
    }
    this.stopped = true;
    return [this.ending, { type: 'message_stop' }];
  }
}

/**
 * A block that begins with words in it, as some relays send it, as an empty one and the deltas that say them: formatters of
 * streams read text in deltas alone.
 */
function splitStart(block: ContentBlock): { begun: ContentBlock; said: DeltaEvent['delta'][] } {
  if (block.type === 'text') {
    const { text, citations } = block;
    const cited = (citations ?? []).map((citation) => ({ type: 'citations_delta' as const, citation }));
    const said = text === '' ? cited : [{ type: 'text_delta' as const, text }, ...cited];
    return { begun: { ...block, text: '', citations: null }, said };
  }
  if (block.type === 'thinking') {
    const { thinking, signature } = block;
    const thought = thinking === '' ? [] : [{ type: 'thinking_delta' as const, thinking }];
    const signed = signature === '' ? [] : [{ type: 'signature_delta' as const, signature }];
    return { begun: { ...block, thinking: '', signature: '' }, said: [...thought, ...signed] };
  }
  return { begun: block, said: [] };
}

/** How much of the model's own output is in a delta. */
function charsOf(delta: DeltaEvent['delta']): number {
  switch (delta.type) {
    case 'text_delta':
      return delta.text.length;
    case 'thinking_delta':
      return delta.thinking.length;
    case 'input_json_delta':
      return delta.partial_json.length;
    default:
      return 0;
  }
}

function invalid(what: string): GatewayError {
  return new GatewayError('upstream_invalid_answer', `The upstream sent ${what}.`);
}
