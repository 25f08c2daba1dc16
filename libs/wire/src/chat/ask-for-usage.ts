import { edited, type Edit } from '../byte-edits.js';
import { JsonScanner, type Member, type Span } from '../json-scanner.js';

export interface AskedForUsage {
  readonly body: Buffer;
  /** The client did not ask itself: it must not see the chunk that comes of it ({@link UnaskedUsage}). */
  readonly added: boolean;
}

/**
 * A streaming Chat request that asks for the last chunk with usage, every other byte unchanged: without it nobody would know
 * what an answer has cost. A request that does not stream comes back as it is, because OpenAI refuses the option there, and so
 * does one whose `stream_options` is no object, which is the upstream's to refuse.
 */
export function askForUsage(body: Buffer): AskedForUsage {
  const scanner = new JsonScanner(body);
  const members = scanner.members(0);
  // Of duplicates the last counts, as for `JSON.parse`, but a parser may take the first: all are edited.
  const stream = members.findLast(({ key }) => key === 'stream');
  if (stream === undefined || text(body, stream.value) !== 'true') return { body, added: false };
  const options = members.filter(({ key }) => key === 'stream_options');
  const last = options.at(-1);
  if (last === undefined) {
    const edit = inserted(members.at(-1), ',"stream_options":{"include_usage":true}');
    return { body: edited(body, edit), added: true };
  }
  const edits = options.flatMap(({ value }) => optionEdits(body, scanner, value) ?? []);
  const asked = optionEdits(body, scanner, last.value)?.length === 0;
  return edits.length === 0 ? { body, added: false } : { body: edited(body, edits), added: !asked };
}

/** What turns the option on in one `stream_options`: nothing where it is on, undefined where there is no place for it. */
function optionEdits(body: Buffer, scanner: JsonScanner, options: Span): Edit[] | undefined {
  const value = text(body, options);
  if (value === 'null') return [{ span: options, by: Buffer.from('{"include_usage":true}') }];
  if (!value.startsWith('{')) return undefined;
  const members = scanner.members(options.start);
  const usage = members.filter(({ key }) => key === 'include_usage');
  if (usage.length > 0) {
    return usage
      .filter((member) => text(body, member.value) !== 'true')
      .map((member) => ({ span: member.value, by: Buffer.from('true') }));
  }
  if (members.length === 0) return [{ span: options, by: Buffer.from('{"include_usage":true}') }];
  return inserted(members.at(-1), ',"include_usage":true');
}

function inserted(behind: Member | undefined, json: string): Edit[] {
  if (behind === undefined) return [];
  const at = behind.value.end;
  return [{ span: { start: at, end: at }, by: Buffer.from(json) }];
}

function text(body: Buffer, { start, end }: Span): string {
  return body.toString('latin1', start, Math.min(end, start + 64));
}
