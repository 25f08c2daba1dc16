import type Anthropic from '@anthropic-ai/sdk';
import type { Answer } from './answer.js';
import { cutIntoDeltas, namedFrame, type Frame } from './frame.js';
import { isRecord } from './json-reader.js';
import { signThinking } from './thinking-signature.js';
import type { TokenUsage } from './token-usage.js';
import { uniqueId } from './unique-id.js';

type Message = Anthropic.Messages.Message;
type StreamEvent = Anthropic.Messages.RawMessageStreamEvent | { readonly type: 'ping' };

interface WrittenBlock {
  readonly block: Anthropic.Messages.TextBlock | Anthropic.Messages.ThinkingBlock | Anthropic.Messages.ToolUseBlock;
  /** A tool call's arguments as the model wrote them. */
  readonly input: string;
}

/** `POST /v1/messages` without `stream`. */
export function anthropicMessage(answer: Answer, hideThinking: boolean): Message {
  return {
    ...emptyMessage(answer, wholeUsage(answer.usage)),
    content: blocksOf(answer, hideThinking).map(({ block }) => block),
    stop_reason: stopReason(answer),
    stop_sequence: answer.stopSequence ?? null,
    stop_details: stopDetails(answer),
  };
}

/** The event stream of `POST /v1/messages`: start, ping, blocks one after the other, delta, stop. */
export function anthropicFrames(answer: Answer, hideThinking: boolean): Frame[] {
  const early: TokenUsage = { ...answer.usage, output: Math.min(1, answer.usage.output), thinking: 0 };
  const frames = [
    frame(
      { type: 'message_start', message: emptyMessage(answer, { ...wholeUsage(early), output_tokens_details: null }) },
      '',
      early,
    ),
    frame({ type: 'ping' }),
  ];
  for (const [index, written] of blocksOf(answer, hideThinking).entries()) {
    frames.push(...blockFrames(written, index, answer.deltas));
  }
  if (answer.stop !== 'none') {
    const delta = {
      stop_reason: stopReason(answer),
      stop_sequence: answer.stopSequence ?? null,
      stop_details: stopDetails(answer),
      container: null,
    };
    const { usage } = answer;
    const whole = wholeUsage(usage);
    frames.push(
      frame(
        {
          type: 'message_delta',
          delta,
          usage: {
            input_tokens: usage.input,
            cache_creation_input_tokens: usage.cacheWrite,
            cache_read_input_tokens: usage.cacheRead,
            output_tokens: usage.output,
            output_tokens_details: whole.output_tokens_details,
            server_tool_use: null,
          },
        },
        '',
        usage,
      ),
    );
  }
  frames.push(frame({ type: 'message_stop' }));
  return frames;
}

/** `event: error` inside a stream that began well. */
export function anthropicErrorFrames(type: string | undefined, message: string | undefined): Frame[] {
  const error = { details: null, type: type ?? 'overloaded_error', message: message ?? 'Overloaded' };
  const event = { type: 'error', error };
  return [namedFrame(event)];
}

function frame(event: StreamEvent, delta?: string, usage?: TokenUsage): Frame {
  return namedFrame(event, delta, usage);
}

function* blockFrames({ block, input }: WrittenBlock, index: number, deltas: number | undefined): Generator<Frame> {
  const delta = (part: Anthropic.Messages.RawContentBlockDelta, said = ''): Frame =>
    frame({ type: 'content_block_delta', index, delta: part }, said);
  if (block.type === 'thinking') {
    yield frame({
      type: 'content_block_start',
      index,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    });
    for (const thinking of cutIntoDeltas(block.thinking)) yield delta({ type: 'thinking_delta', thinking }, thinking);
    yield delta({ type: 'signature_delta', signature: block.signature });
  } else if (block.type === 'text') {
    yield frame({ type: 'content_block_start', index, content_block: { type: 'text', text: '', citations: null } });
    for (const text of cutIntoDeltas(block.text, deltas)) yield delta({ type: 'text_delta', text }, text);
  } else {
    yield frame({ type: 'content_block_start', index, content_block: { ...block, input: {} } });
    yield delta({ type: 'input_json_delta', partial_json: '' });
    // A call without arguments ends with the empty delta: "{}" is never written.
    const parts = input.trim() === '{}' ? [] : cutIntoDeltas(input, Math.ceil(input.length / 12));
    for (const part of parts) yield delta({ type: 'input_json_delta', partial_json: part }, part);
  }
  yield frame({ type: 'content_block_stop', index });
}

function blocksOf(answer: Answer, hideThinking: boolean): WrittenBlock[] {
  const blocks: WrittenBlock[] = [];
  if (answer.thinking !== undefined) {
    const thinking = hideThinking ? '' : answer.thinking;
    blocks.push({ block: { type: 'thinking', thinking, signature: signThinking(answer.thinking) }, input: '' });
  }
  if (answer.text !== '') blocks.push({ block: { type: 'text', text: answer.text, citations: null }, input: '' });
  for (const { name, input } of answer.tools) {
    const id = uniqueId('toolu_01', 22);
    blocks.push({
      block: { type: 'tool_use', id, caller: { type: 'direct' }, name, input: parsedInput(input) },
      input,
    });
  }
  return blocks;
}

function parsedInput(input: string): unknown {
  try {
    const parsed: unknown = JSON.parse(input);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function emptyMessage(answer: Answer, usage: Anthropic.Messages.Usage): Message {
  return {
    id: uniqueId('msg_01', 22),
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage,
  };
}

function wholeUsage(usage: TokenUsage): Anthropic.Messages.Usage {
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: usage.cacheWrite, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage.output,
    output_tokens_details: { thinking_tokens: usage.thinking },
    server_tool_use: null,
    service_tier: 'standard',
    inference_geo: 'not_available',
    speed: null,
  };
}

function stopReason(answer: Answer): Anthropic.Messages.StopReason | null {
  const words: Readonly<Record<string, Anthropic.Messages.StopReason | null>> = {
    end: 'end_turn',
    stop: 'end_turn',
    length: 'max_tokens',
    tool_calls: 'tool_use',
    content_filter: 'refusal',
    none: null,
  };
  const word = words[answer.stop];
  // A script may invent a reason, because vendors do.
  return word === undefined ? (answer.stop as Anthropic.Messages.StopReason) : word;
}

function stopDetails(answer: Answer): Anthropic.Messages.RefusalStopDetails | null {
  if (stopReason(answer) !== 'refusal') return null;
  return { type: 'refusal', category: null, explanation: 'The simulator was told to refuse.' };
}
