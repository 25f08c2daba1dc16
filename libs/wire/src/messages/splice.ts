import { append } from '../append.js';
import { envelopePrefix } from '../openai/reasoning-envelope.js';
import { edited, type Edit, removals } from '../byte-edits.js';
import { JsonScanner, type Member, type Span } from '../json-scanner.js';

const modelKey = '"model"';

/** The letters of `model` are U+0064 to U+006F, so any escaped spelling of it contains this. */
const escapedModelLetter = String.raw`\u006`;

/**
 * The body with another top-level `model`, every other byte unchanged. Where the key stands several times, all of them are
 * replaced: a parser that takes the first must not reach another model than the one that was admitted.
 * A body without the key, or that is no JSON object, comes back as it is.
 */
export function spliceModel(body: Buffer, model: string): Buffer {
  const value = Buffer.from(JSON.stringify(model));
  const scanner = new JsonScanner(body);
  const spans = onlyLeadingModel(body, scanner) ?? topLevelModels(scanner);
  return edited(
    body,
    spans.map((span) => ({ span, by: value })),
  );
}

/**
 * Clients write `model` first. If it is never spelt again, no scan of the whole body is needed: three native searches
 * instead of a walk over megabytes.
 */
function onlyLeadingModel(body: Buffer, scanner: JsonScanner): Span[] | undefined {
  const brace = scanner.skipSpace(0);
  if (body[brace] !== 0x7b) return undefined;
  const key = scanner.skipSpace(brace + 1);
  if (body.indexOf(modelKey) !== key) return undefined;
  if (body.includes(modelKey, key + 1) || body.includes(escapedModelLetter)) return undefined;
  return [scanner.value(scanner.skipSpace(key + modelKey.length) + 1)];
}

function topLevelModels(scanner: JsonScanner): Span[] {
  return scanner
    .members(0)
    .filter((member) => member.key === 'model')
    .map((member) => member.value);
}

/**
 * The body without the thinking blocks that carry an envelope of ours instead of a signature, which Anthropic would refuse
 * (`Invalid signature in thinking block`). A message that consisted of nothing else goes with them. Every other byte is unchanged.
 */
export function dropOwnThinking(body: Buffer): Buffer {
  if (!body.includes(envelopePrefix)) return body;
  const scanner = new JsonScanner(body);
  const cuts: Edit[] = [];
  for (const { key, value } of scanner.members(0)) {
    if (key !== 'messages') continue;
    const messages = scanner.elements(value.start);
    const emptied = suspects(body, messages).map(
      (message) => message !== undefined && cutBlocks(body, scanner, message, cuts),
    );
    append(cuts, removals(messages, emptied));
  }
  return edited(body, cuts);
}

/** The values that hold the prefix somewhere, in their places: a long conversation has few, and only they are looked into. */
function suspects(body: Buffer, values: readonly Span[]): (Span | undefined)[] {
  let next = -1;
  return values.map((value) => {
    if (next < value.start) next = body.indexOf(envelopePrefix, value.start);
    if (next === -1) next = body.length;
    return next < value.end ? value : undefined;
  });
}

/** Cuts a message's own thinking; true, and nothing cut, when the message has no other content. */
function cutBlocks(body: Buffer, scanner: JsonScanner, message: Span, cuts: Edit[]): boolean {
  const inner: Edit[] = [];
  let isEmptied = false;
  for (const member of scanner.members(message.start)) {
    if (member.key !== 'content') continue;
    const blocks = scanner.elements(member.value.start);
    const own = suspects(body, blocks).map((block) => block !== undefined && isOwnThinking(scanner, block));
    append(inner, removals(blocks, own));
    isEmptied = blocks.length > 0 && own.every(Boolean);
  }
  if (!isEmptied) append(cuts, inner);
  return isEmptied;
}

function isOwnThinking(scanner: JsonScanner, block: Span): boolean {
  const members = scanner.members(block.start);
  const type = lastText(scanner, members, 'type');
  if (type === 'thinking') return lastText(scanner, members, 'signature').startsWith(envelopePrefix);
  return type === 'redacted_thinking' && lastText(scanner, members, 'data').startsWith(envelopePrefix);
}

/** Of duplicates the last counts, as for `JSON.parse`. */
function lastText(scanner: JsonScanner, members: readonly Member[], key: string): string {
  const member = members.findLast((candidate) => candidate.key === key);
  return member ? scanner.text(member.value) : '';
}
