import { isObject } from '../json-object.js';
import { answeredTier } from '../inbound/answered-tier.js';
import { customInput } from '../inbound/tools.js';
import { StreamUsage } from '../inbound/stream-usage.js';
import { endsInTheMiddle } from '../messages/cut-off-call.js';
import type { ContentBlock, MessagesEvent, Usage } from '../messages/messages.js';
import { isModelRefusal, openaiStopReason, refusalExplanation } from '../openai/model-refusal.js';
import { parseToolInput } from '../openai/partial-json.js';
import type { StreamFormatter } from '../translation.js';
import {
  chatId,
  chatUsage,
  finishReason,
  type ReasoningDetail,
  reasoningDetail,
  severalFunctionCalls,
  urlAnnotations,
} from './answer-parts.js';
import type { ChatEcho } from './parse-request.js';

type StartedBlock = Extract<MessagesEvent, { type: 'content_block_start' }>['content_block'];
type Delta = Extract<MessagesEvent, { type: 'content_block_delta' }>['delta'];
type BlockOf<Type extends ContentBlock['type']> = Extract<ContentBlock, { type: Type }>;
type MessageDelta = Extract<MessagesEvent, { type: 'message_delta' }>;
type Annotation = ReturnType<typeof urlAnnotations>[number];

/** Canonical events as `chat.completion.chunk` lines. One per stream. `write` throws what {@link formatChatResponse} throws. */
export class ChatStreamFormatter implements StreamFormatter {
  private id = '';
  private model: string;
  private readonly created = Math.floor(Date.now() / 1000);
  /** Everything of a chunk before and behind its `delta`: the same for all, and most chunks are a few characters of text. */
  private head = '';
  private tail = '';
  private readonly usage = new StreamUsage();
  private block: StartedBlock | undefined;
  /** The open block is a refusal in the model's words; there has been such a block. */
  private refusing = false;
  private refused = false;
  private calls = 0;
  /** Told once and whole, before the end: of members that it does not know, OpenAI's SDK keeps those of the last chunk alone. */
  private readonly reasoningDetails: ReasoningDetail[] = [];
  private readonly annotations: Annotation[] = [];
  private textChars = 0;
  private arguments = '';
  /** The last block, where it is a call of which only the end of the answer tells whether it was to have arguments. */
  private withoutArguments: BlockOf<'tool_use'> | undefined;

  constructor(private readonly echo: ChatEcho) {
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
        return this.begin(event.message.id, event.message.model, event.message.usage);
      case 'message_delta':
        return this.finish(event);
      case 'ping':
        return ': ping\n\n';
      default:
        return '';
    }
  }

  fail(errorBody: unknown): string {
    return `data: ${JSON.stringify(isObject(errorBody) && 'error' in errorBody ? errorBody : { error: errorBody })}\n\n`;
  }

  end(): string {
    return 'data: [DONE]\n\n';
  }

  private begin(messageId: string, model: string, usage: Usage): string {
    this.usage.add(usage);
    this.id = chatId(messageId);
    this.model = model;
    this.head = this.headOfChunk();
    this.tail = `,"logprobs":null,"finish_reason":null}]${this.echo.includeUsage ? ',"usage":null' : ''}}\n\n`;
    return this.chunk('{"role":"assistant","content":"","refusal":null}');
  }

  private headOfChunk(): string {
    return `data: ${this.opening()},"choices":[{"index":0,"delta":`;
  }

  /** The members that all chunks share, without the closing brace. */
  private opening(): string {
    const { id, created } = this;
    const tier = answeredTier(this.usage.total);
    const members = { id, object: 'chat.completion.chunk', created, model: this.echo.model };
    return JSON.stringify({ ...members, ...(tier && { service_tier: tier }) }).slice(0, -1);
  }

  private chunk(delta: string): string {
    return this.head + delta + this.tail;
  }

  private start(block: StartedBlock): string {
    this.block = { ...block };
    this.refusing = isModelRefusal(block);
    this.refused ||= this.refusing;
    this.arguments = '';
    const before = this.emptyArguments(false);
    if (block.type !== 'tool_use') return before;
    if (this.echo.legacyFunctions && this.calls > 0) throw severalFunctionCalls();
    if (this.echo.legacyFunctions)
      return before + this.chunk(JSON.stringify({ function_call: { name: block.name, arguments: '' } }));
    const call = this.echo.customTools.includes(block.name)
      ? { index: this.calls, id: block.id, type: 'custom', custom: { name: block.name, input: '' } }
      : { index: this.calls, id: block.id, type: 'function', function: { name: block.name, arguments: '' } };
    return before + this.chunk(JSON.stringify({ tool_calls: [call] }));
  }

  private delta(delta: Delta): string {
    switch (delta.type) {
      case 'text_delta':
        if (this.refusing) return this.chunk(`{"refusal":${JSON.stringify(delta.text)}}`);
        if (this.block?.type === 'text') this.block.text += delta.text;
        return this.chunk(`{"content":${JSON.stringify(delta.text)}}`);
      case 'input_json_delta':
        return this.argumentsDelta(delta.partial_json);
      case 'thinking_delta':
        if (this.block?.type === 'thinking') this.block.thinking += delta.thinking;
        return delta.thinking === '' ? '' : this.chunk(`{"reasoning_content":${JSON.stringify(delta.thinking)}}`);
      case 'signature_delta':
        if (this.block?.type === 'thinking') this.block.signature = delta.signature;
        return '';
      case 'citations_delta':
        if (this.block?.type === 'text') this.block.citations = [...(this.block.citations ?? []), delta.citation];
        return '';
      default:
        return '';
    }
  }

  private argumentsDelta(json: string): string {
    if (json === '' || this.block?.type !== 'tool_use') return '';
    this.arguments += json;
    // A freeform input is one string inside the JSON, which cannot be taken out before it is whole.
    if (this.echo.customTools.includes(this.block.name)) return '';
    const text = JSON.stringify(json);
    if (this.echo.legacyFunctions) return this.chunk(`{"function_call":{"arguments":${text}}}`);
    return this.chunk(`{"tool_calls":[{"index":${this.calls},"function":{"arguments":${text}}}]}`);
  }

  private stop(): string {
    const { block } = this;
    this.block = undefined;
    switch (block?.type) {
      case 'tool_use':
        return this.stopCall(block);
      case 'text':
        this.annotations.push(...urlAnnotations(block, this.textChars));
        this.textChars += block.text.length;
        return '';
      case 'thinking':
      case 'redacted_thinking': {
        const detail = reasoningDetail(block, this.model, this.reasoningDetails.length);
        if (detail) this.reasoningDetails.push(detail);
        return '';
      }
      default:
        return '';
    }
  }

  private stopCall(block: BlockOf<'tool_use'>): string {
    const index = this.calls++;
    if (this.echo.customTools.includes(block.name)) {
      const input = customInput(parseToolInput(this.arguments).input);
      return this.chunk(JSON.stringify({ tool_calls: [{ index, custom: { input } }] }));
    }
    if (this.arguments === '') this.withoutArguments = block;
    return '';
  }

  /** OpenAI's clients parse the arguments of a call without any, too; nothing came of those of a call that was cut off. */
  private emptyArguments(cutOff: boolean): string {
    const block = this.withoutArguments;
    this.withoutArguments = undefined;
    if (block === undefined || cutOff) return '';
    const text = JSON.stringify(block.input ?? {});
    return this.chunk(
      JSON.stringify(
        this.echo.legacyFunctions
          ? { function_call: { arguments: text } }
          : { tool_calls: [{ index: this.calls - 1, function: { arguments: text } }] },
      ),
    );
  }

  private besideTheText(): string {
    const { reasoningDetails, annotations } = this;
    return (
      (reasoningDetails.length > 0 ? this.chunk(JSON.stringify({ reasoning_details: reasoningDetails })) : '') +
      (annotations.length > 0 ? this.chunk(JSON.stringify({ annotations })) : '')
    );
  }

  private finish({ delta, usage }: MessageDelta): string {
    this.usage.add(usage);
    this.head = this.headOfChunk();
    const refusal = this.refused ? undefined : refusalExplanation(delta);
    const said =
      this.emptyArguments(endsInTheMiddle(delta.stop_reason)) +
      this.besideTheText() +
      (refusal ? this.chunk(JSON.stringify({ refusal })) : '');
    const reason = JSON.stringify(finishReason(openaiStopReason(delta), this.echo.legacyFunctions));
    const usageMember = this.echo.includeUsage ? ',"usage":null' : '';
    const last = `${this.head}{},"logprobs":null,"finish_reason":${reason}}]${usageMember}}\n\n`;
    if (!this.echo.includeUsage) return said + last;
    return `${said}${last}data: ${this.opening()},"choices":[],"usage":${JSON.stringify(chatUsage(this.usage.total))}}\n\n`;
  }
}
