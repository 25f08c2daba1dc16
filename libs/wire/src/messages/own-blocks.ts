import { append } from '../append.js';
import { edited, type Edit, removals } from '../byte-edits.js';
import { JsonScanner, type Span } from '../json-scanner.js';
import { isObject } from '../json-object.js';
import { ownSearchIndex, ownSearchPrefix } from '../openai/own-search.js';
import { warning } from '../openai/compatibility.js';
import { envelopePrefix, isOwnEnvelope } from '../openai/reasoning-envelope.js';
import { ServerToolHistory } from '../openai/server-tool-history.js';
import { parseJsonText } from '../parse-json-text.js';
import type { Warning } from '../warning.js';
import type { ContentBlockParam } from './messages.js';

const marks = [`"${envelopePrefix}`, `"${ownSearchPrefix}`];

/** Whether a block of ours may be in it: thinking, a search or a citation of another vendor's model. */
export function holdsOwnBlocks(body: Buffer): boolean {
  return marks.some((mark) => body.includes(mark));
}

/**
 * The body without what Anthropic would refuse for not being its own (`Invalid signature in thinking block`, `Invalid
 * encrypted_content in search_result block`): thinking of other vendors' models is left out, their searches are told in a line of
 * text, with a warning, and their citations are taken off the texts. A message of which nothing would be left goes as well. Every
 * other byte is unchanged.
 */
export function withoutOwnBlocks(body: Buffer, warnings: Warning[]): Buffer {
  if (!holdsOwnBlocks(body)) return body;
  const scanner = new JsonScanner(body);
  const edits: Edit[] = [];
  for (const { key, value } of scanner.members(0)) {
    if (key !== 'messages') continue;
    const messages = scanner.elements(value.start);
    const emptied = suspects(body, messages).map((message, index) => {
      if (message === undefined) return false;
      const { inner, isEmptied, summarised } = editsOf(body, scanner, message);
      if (!isEmptied) append(edits, inner);
      for (const block of summarised) {
        warnings.push(warning('server_tool_history_summarised', `messages.${index}.content.${block}`));
      }
      return isEmptied;
    });
    append(edits, removals(messages, emptied));
  }
  return edited(body, edits);
}

/** The values that hold a mark somewhere, in their places: a long conversation has few, and only they are looked into. */
function suspects(body: Buffer, values: readonly Span[]): (Span | undefined)[] {
  const next = marks.map(() => -1);
  return values.map((value) => {
    for (const [index, mark] of marks.entries()) {
      if ((next[index] ?? 0) >= value.start) continue;
      const found = body.indexOf(mark, value.start);
      next[index] = found === -1 ? body.length : found;
    }
    return Math.min(...next) < value.end ? value : undefined;
  });
}

interface MessageEdits {
  readonly inner: readonly Edit[];
  /** Nothing would be left of it. */
  readonly isEmptied: boolean;
  /** The places of the blocks of which a line of text is left. */
  readonly summarised: readonly number[];
}

function editsOf(body: Buffer, scanner: JsonScanner, message: Span): MessageEdits {
  const inner: Edit[] = [];
  const summarised: number[] = [];
  let isEmptied = false;
  for (const member of scanner.members(message.start)) {
    if (member.key !== 'content') continue;
    const spans = scanner.elements(member.value.start);
    const blocks = suspects(body, spans).map((span) => span && blockAt(body, span));
    const history = new ServerToolHistory(blocks.filter((block) => block !== undefined));
    const told = blocks.map((block) => block && asTold(block, history));
    const dropped = blocks.map((block, index) => block !== undefined && told[index] === undefined);
    append(inner, removals(spans, dropped));
    for (const [index, span] of spans.entries()) {
      const block = told[index];
      if (block !== undefined && block !== blocks[index]) {
        inner.push({ span, by: Buffer.from(JSON.stringify(block)) });
        if (blocks[index]?.type !== 'text') summarised.push(index);
      }
    }
    isEmptied = spans.length > 0 && dropped.every(Boolean);
  }
  return { inner, isEmptied, summarised };
}

/** Undefined for what is no block: what that is, Anthropic says. */
function blockAt(body: Buffer, { start, end }: Span): ContentBlockParam | undefined {
  try {
    const value = parseJsonText(body.toString('utf8', start, end));
    return isObject(value) && typeof value.type === 'string' ? (value as unknown as ContentBlockParam) : undefined;
  } catch {
    return undefined;
  }
}

/** The block as Anthropic takes it: itself, where it is none of ours; undefined where it cannot be told. */
function asTold(block: ContentBlockParam, history: ServerToolHistory): ContentBlockParam | undefined {
  switch (block.type) {
    case 'thinking':
      return isOwnEnvelope(block.signature) ? undefined : block;
    case 'redacted_thinking':
      return isOwnEnvelope(block.data) ? undefined : block;
    case 'server_tool_use':
      return isOwnSearch(block.id) ? { type: 'text', text: history.summary(block) } : block;
    case 'web_search_tool_result':
      return isOwnSearch(block.tool_use_id) ? lineOf(history.lateResult(block)) : block;
    case 'text':
      return withoutOwnCitations(block);
    default:
      return block;
  }
}

function isOwnSearch(id: unknown): boolean {
  return typeof id === 'string' && id.startsWith(ownSearchPrefix);
}

function lineOf(text: string | undefined): ContentBlockParam | undefined {
  return text === undefined ? undefined : { type: 'text', text };
}

function withoutOwnCitations(block: Extract<ContentBlockParam, { type: 'text' }>): ContentBlockParam {
  const { citations } = block;
  if (!Array.isArray(citations)) return block;
  const others = citations.filter(
    (citation: unknown) => !isObject(citation) || citation.encrypted_index !== ownSearchIndex,
  );
  if (others.length === citations.length) return block;
  return { ...block, citations: others.length === 0 ? null : others };
}
