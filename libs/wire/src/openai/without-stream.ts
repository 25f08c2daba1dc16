import { edited, removals } from '../byte-edits.js';
import { JsonScanner } from '../json-scanner.js';

const ofStreams: ReadonlySet<string> = new Set(['stream', 'stream_options']);

/**
 * A Chat or Responses request that asks for its answer in one piece, every other byte unchanged: OpenAI refuses `stream_options`
 * where nothing is streamed. A body that is no JSON object comes back as it is.
 */
export function withoutStream(body: Buffer): Buffer {
  const members = new JsonScanner(body).members(0);
  const spans = members.map(({ keyStart, value }) => ({ start: keyStart, end: value.end }));
  return edited(
    body,
    removals(
      spans,
      members.map(({ key }) => ofStreams.has(key)),
    ),
  );
}
