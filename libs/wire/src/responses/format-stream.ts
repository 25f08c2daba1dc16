import type OpenAI from 'openai';
import { isObject } from '../json-object.js';
import { StreamUsage } from '../inbound/stream-usage.js';
import { endsInTheMiddle } from '../messages/cut-off-call.js';
import type { ContentBlock, MessagesEvent, StopReason } from '../messages/messages.js';
import { newMessageId } from '../openai/message-id.js';
import { isModelRefusal, openaiStopReason, refusalExplanation } from '../openai/model-refusal.js';
import { completeToolInput, parseToolInput } from '../openai/partial-json.js';
import type { StreamFormatter } from '../translation.js';
import { callItem, failedSearch, messageItem, messagePart, reasoningItem, webSearchItem } from './answer-items.js';
import { begunResponse, endedResponse, responseId } from './answer-object.js';
import type { ResponsesEcho } from './parse-request.js';

type Response = OpenAI.Responses.Response;
type OutputItem = OpenAI.Responses.ResponseOutputItem;
type MessagePart = OpenAI.Responses.ResponseOutputMessage['content'][number];
type StreamEvent = OpenAI.Responses.ResponseStreamEvent;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
type UnnumberedEvent = DistributiveOmit<StreamEvent, 'sequence_number'>;
type StartedBlock = Extract<MessagesEvent, { type: 'content_block_start' }>['content_block'];
type Delta = Extract<MessagesEvent, { type: 'content_block_delta' }>['delta'];
type MessageDelta = Extract<MessagesEvent, { type: 'message_delta' }>;
type BlockOf<Type extends ContentBlock['type']> = Extract<ContentBlock, { type: Type }>;

/** The members by which every event of the open item is placed. */
interface ItemPlace {
  readonly item_id: string;
  readonly output_index: number;
}
interface PartPlace extends ItemPlace {
  readonly content_index: number;
}

/** A search that is going on: what came of it is in a block of its own, behind those of other searches perhaps. */
interface OpenSearch {
  readonly useId: string;
  readonly itemId: string;
  readonly input: unknown;
  failed: boolean;
}

/** Codes that clients act on in a failed response. Codex takes every code of an overloaded server for final, and so it never reads one. */
const spokenCodes = new Set(['context_length_exceeded', 'insufficient_quota', 'rate_limit_exceeded', 'invalid_prompt']);

/** Canonical events as the events of a Responses stream. One per stream. */
export class ResponsesStreamFormatter implements StreamFormatter {
  private readonly createdAt = Math.floor(Date.now() / 1000);
  private readonly usage = new StreamUsage();
  private response: Response | undefined;
  private model: string;
  private suffix = '';
  private sequence = 0;
  private readonly output: OutputItem[] = [];
  private block: StartedBlock | undefined;
  private itemId = '';
  private arguments = '';
  /** The last block, where it is a call of which only the end of the answer tells whether it was to have arguments. */
  private withoutArguments: BlockOf<'tool_use'> | undefined;
  /** The parts of the message item that is open; successive texts are one item. */
  private parts: MessagePart[] | undefined;
  private searches: OpenSearch[] = [];
  /** There has been a refusal in the model's words. */
  private refused = false;
  private stopReason: StopReason | null = null;

  constructor(private readonly echo: ResponsesEcho) {
    this.model = echo.model;
  }

  write(event: MessagesEvent): string {
    switch (event.type) {
      case 'content_block_delta':
        return this.delta(event.delta);
      case 'content_block_start':
        return this.start(event.content_block);
      case 'content_block_stop':
        return this.stop();
      case 'message_start':
        this.usage.add(event.message.usage);
        this.model = event.message.model;
        return this.begin(event.message.id);
      case 'message_delta':
        return this.finish(event);
      case 'ping':
        return ': ping\n\n';
      default:
        return '';
    }
  }

  fail(errorBody: unknown): string {
    const begun = this.response === undefined ? this.begin(newMessageId()) : '';
    const error = isObject(errorBody) && isObject(errorBody.error) ? errorBody.error : {};
    const code = typeof error.code === 'string' && spokenCodes.has(error.code) ? error.code : 'server_error';
    const message = typeof error.message === 'string' ? error.message : 'The answer failed.';
    const failed = { ...this.response, status: 'failed', output: this.output, error: { code, message } };
    return begun + this.event({ type: 'response.failed', response: failed as Response });
  }

  end(): string {
    if (this.response === undefined) return '';
    const closed = this.closeMessage();
    const response = endedResponse(this.response, this.output, this.stopReason, this.usage.total);
    const type = response.status === 'incomplete' ? 'response.incomplete' : 'response.completed';
    return closed + this.event({ type, response });
  }

  private event(event: UnnumberedEvent): string {
    const { type, ...members } = event;
    return `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: this.sequence++, ...members })}\n\n`;
  }

  private begin(messageId: string): string {
    const id = responseId(messageId);
    this.suffix = id.slice('resp_'.length);
    const response = begunResponse(id, this.createdAt, this.echo);
    this.response = response;
    return this.event({ type: 'response.created', response }) + this.event({ type: 'response.in_progress', response });
  }

  private start(block: StartedBlock): string {
    this.block = { ...block };
    this.refused ||= isModelRefusal(block);
    const before = this.finishEmptyCall(false) + this.searchesBefore(block);
    this.arguments = '';
    if (block.type === 'text') return before + this.startPart(block);
    const closed = before + this.closeMessage();
    switch (block.type) {
      case 'thinking':
      case 'redacted_thinking':
        return closed + this.addItem(reasoningItem(this.newItemId('rs'), beforeDeltas(block), this.model));
      case 'tool_use':
        return (
          closed + this.addItem(callItem(this.newItemId('fc'), { ...block, input: {} }, '', 'in_progress', this.echo))
        );
      default:
        return closed;
    }
  }

  private newItemId(prefix: string): string {
    this.itemId = `${prefix}_${this.suffix}_${this.output.length}`;
    return this.itemId;
  }

  private addItem(item: OutputItem): string {
    return this.event({ type: 'response.output_item.added', output_index: this.output.length, item });
  }

  private finishItem(item: OutputItem): string {
    const output_index = this.output.push(item) - 1;
    return this.event({ type: 'response.output_item.done', output_index, item });
  }

  private place(): ItemPlace {
    return { item_id: this.itemId, output_index: this.output.length };
  }

  private partPlace(): PartPlace {
    return { ...this.place(), content_index: this.parts?.length ?? 0 };
  }

  private startPart(block: BlockOf<'text'>): string {
    const opened = this.parts ? '' : this.addItem(messageItem(this.newItemId('msg'), 'in_progress', []));
    this.parts ??= [];
    const part = messagePart({ ...block, text: '', citations: null });
    return (
      opened +
      this.event({ type: 'response.content_part.added', ...this.place(), content_index: this.parts.length, part })
    );
  }

  private delta(delta: Delta): string {
    const { block } = this;
    if (delta.type === 'text_delta' && block?.type === 'text') {
      block.text += delta.text;
      if (isModelRefusal(block)) {
        return this.event({ type: 'response.refusal.delta', ...this.partPlace(), delta: delta.text });
      }
      // Written by hand, as most events of a stream are this one.
      return `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":${this.sequence++},"item_id":"${this.itemId}","output_index":${this.output.length},"content_index":${this.parts?.length ?? 0},"delta":${JSON.stringify(delta.text)},"logprobs":[]}\n\n`;
    }
    if (delta.type === 'input_json_delta') return this.argumentsDelta(delta.partial_json);
    if (delta.type === 'thinking_delta' && block?.type === 'thinking') return this.summaryDelta(block, delta.thinking);
    if (delta.type === 'signature_delta' && block?.type === 'thinking') block.signature = delta.signature;
    if (delta.type === 'citations_delta' && block?.type === 'text')
      block.citations = [...(block.citations ?? []), delta.citation];
    return '';
  }

  private summaryDelta(block: BlockOf<'thinking'>, text: string): string {
    if (text === '') return '';
    const place = { ...this.place(), summary_index: 0 };
    const part = { type: 'summary_text' as const, text: '' };
    const opened =
      block.thinking === '' ? this.event({ type: 'response.reasoning_summary_part.added', ...place, part }) : '';
    block.thinking += text;
    return opened + this.event({ type: 'response.reasoning_summary_text.delta', ...place, delta: text });
  }

  private argumentsDelta(json: string): string {
    this.arguments += json;
    // A freeform input is one string inside the JSON, which cannot be taken out before it is whole.
    const isFunction = this.block?.type === 'tool_use' && !this.echo.customTools.includes(this.block.name);
    if (json === '' || !isFunction) return '';
    return this.event({ type: 'response.function_call_arguments.delta', ...this.place(), delta: json });
  }

  private stop(): string {
    const { block } = this;
    this.block = undefined;
    switch (block?.type) {
      case 'text':
        return this.stopText(block);
      case 'thinking':
      case 'redacted_thinking':
        return this.stopThinking(block);
      case 'tool_use':
        return this.stopCall(block);
      case 'server_tool_use':
        return block.name === 'web_search' ? this.search(block.id) : '';
      default:
        return '';
    }
  }

  private stopText(block: BlockOf<'text'>): string {
    const part = messagePart(block);
    const place = this.partPlace();
    this.parts?.push(part);
    if (part.type === 'refusal') return this.refusalDone(part, place);
    const annotated = part.annotations.map((annotation, annotation_index) =>
      this.event({ type: 'response.output_text.annotation.added', ...place, annotation_index, annotation }),
    );
    return (
      annotated.join('') +
      this.event({ type: 'response.output_text.done', ...place, text: block.text, logprobs: [] }) +
      this.event({ type: 'response.content_part.done', ...place, part })
    );
  }

  private refusalDone(part: OpenAI.Responses.ResponseOutputRefusal, place: PartPlace): string {
    return (
      this.event({ type: 'response.refusal.done', ...place, refusal: part.refusal }) +
      this.event({ type: 'response.content_part.done', ...place, part })
    );
  }

  private closeMessage(): string {
    if (!this.parts) return '';
    const item = messageItem(this.itemId, 'completed', this.parts);
    this.parts = undefined;
    return this.finishItem(item);
  }

  private stopThinking(block: BlockOf<'thinking' | 'redacted_thinking'>): string {
    const item = reasoningItem(this.itemId, block, this.model);
    const [part] = item.summary;
    if (part === undefined) return this.finishItem(item);
    const place = { ...this.place(), summary_index: 0 };
    return (
      this.event({ type: 'response.reasoning_summary_text.done', ...place, text: part.text }) +
      this.event({ type: 'response.reasoning_summary_part.done', ...place, part }) +
      this.finishItem(item)
    );
  }

  private stopCall(block: BlockOf<'tool_use'>): string {
    if (this.arguments !== '') return this.finishCall(block, parseToolInput(this.arguments).input, this.arguments);
    this.withoutArguments = block;
    return '';
  }

  private finishEmptyCall(cutOff: boolean): string {
    const block = this.withoutArguments;
    this.withoutArguments = undefined;
    if (block === undefined) return '';
    return this.finishCall(block, block.input, cutOff ? '' : JSON.stringify(block.input ?? {}));
  }

  private finishCall(block: BlockOf<'tool_use'>, input: unknown, args: string): string {
    // A call that was cut off must not look like one that can be run.
    const status = completeToolInput(args) ? 'completed' : 'incomplete';
    const item = callItem(this.itemId, { ...block, input }, args, status, this.echo);
    return this.callDone(item) + this.finishItem(item);
  }

  private callDone(item: OutputItem): string {
    if (item.type === 'custom_tool_call') {
      return (
        this.event({ type: 'response.custom_tool_call_input.delta', ...this.place(), delta: item.input }) +
        this.event({ type: 'response.custom_tool_call_input.done', ...this.place(), input: item.input })
      );
    }
    if (item.type !== 'function_call') return '';
    const missing =
      this.arguments === '' && item.arguments !== ''
        ? this.event({ type: 'response.function_call_arguments.delta', ...this.place(), delta: item.arguments })
        : '';
    return (
      missing +
      this.event({ type: 'response.function_call_arguments.done', ...this.place(), arguments: item.arguments })
    );
  }

  private search(useId: string): string {
    const output_index = this.output.length + this.searches.length;
    const itemId = `ws_${this.suffix}_${output_index}`;
    const { input } = parseToolInput(this.arguments);
    this.searches.push({ useId, itemId, input, failed: false });
    const place = { item_id: itemId, output_index };
    const item = webSearchItem(itemId, input, 'in_progress');
    return (
      this.event({ type: 'response.output_item.added', output_index, item }) +
      this.event({ type: 'response.web_search_call.in_progress', ...place }) +
      this.event({ type: 'response.web_search_call.searching', ...place })
    );
  }

  /** Notes what came of a search; behind the last such block, all of them are over. */
  private searchesBefore(block: StartedBlock): string {
    if (this.searches.length === 0 || block.type === 'server_tool_use') return '';
    if (block.type !== 'web_search_tool_result') return this.finishSearches();
    const failed = failedSearch(block);
    for (const search of this.searches) search.failed ||= search.useId === failed;
    return '';
  }

  private finishSearches(): string {
    const { searches } = this;
    this.searches = [];
    const events = searches.map(({ itemId, input, failed }) => {
      const item = webSearchItem(itemId, input, failed ? 'failed' : 'completed');
      const place = { item_id: itemId, output_index: this.output.length };
      const completed = failed ? '' : this.event({ type: 'response.web_search_call.completed', ...place });
      return completed + this.finishItem(item);
    });
    return events.join('');
  }

  private finish({ delta, usage }: MessageDelta): string {
    this.usage.add(usage);
    this.stopReason = openaiStopReason(delta);
    const call = this.finishEmptyCall(endsInTheMiddle(delta.stop_reason)) + this.finishSearches();
    const refusal = this.refused ? undefined : refusalExplanation(delta);
    if (refusal === undefined) return call;
    const closed = call + this.closeMessage();
    const part = { type: 'refusal' as const, refusal };
    const item = messageItem(this.newItemId('msg'), 'completed', [part]);
    const place = { ...this.place(), content_index: 0 };
    return (
      closed +
      this.addItem({ ...item, status: 'in_progress', content: [] }) +
      this.event({ type: 'response.content_part.added', ...place, part: { type: 'refusal', refusal: '' } }) +
      this.event({ type: 'response.refusal.delta', ...place, delta: refusal }) +
      this.refusalDone(part, place) +
      this.finishItem(item)
    );
  }
}

/** A thinking block as it reads before its first delta. */
function beforeDeltas(block: BlockOf<'thinking' | 'redacted_thinking'>): BlockOf<'thinking' | 'redacted_thinking'> {
  return block.type === 'thinking' ? { ...block, thinking: '', signature: '' } : block;
}
