import type { OutgoingHttpHeaders } from 'node:http';
import { writeBig } from './big-text.js';
import type { Channel } from './channel.js';
import type { Directives, Fault } from './directives.js';
import { bigTextMark } from './answer.js';
import type { Frame } from './frame.js';

export interface AnswerStream {
  readonly frames: readonly Frame[];
  /** The frames of an error after `eventsSent` events. */
  fail(type: string | undefined, message: string | undefined, eventsSent: number): readonly Frame[];
}

const htmlPage =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n';
/** Neither JSON, nor an event, nor UTF-8. */
const garbage = Buffer.concat([
  Buffer.from('data: {]garbage,,\n\n<<<'),
  Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
  Buffer.from('\n\n'),
]);
const nulBytes = Buffer.alloc(3);

/** What a fault does before an answer has begun; true when nothing may follow. */
export async function playEarlyFault(
  channel: Channel,
  directives: Directives,
  headers: OutgoingHttpHeaders,
): Promise<boolean> {
  const { fault } = directives;
  if (fault?.kind === 'silence' && fault.afterEvents === undefined) {
    await channel.untilGone();
    return true;
  }
  if (fault?.kind === 'reset') {
    if (fault.when === 'after-headers') channel.begin(directives.status ?? 200, headers);
    await channel.destroy('reset');
    return true;
  }
  if (fault?.kind === 'html') {
    const page = Buffer.from(htmlPage);
    channel.fail();
    channel.begin(directives.status ?? 200, {
      ...headers,
      'content-type': 'text/html; charset=UTF-8',
      'content-length': page.length,
    });
    await channel.write(page);
    channel.end();
    return true;
  }
  return false;
}

export async function playPlain(
  channel: Channel,
  directives: Directives,
  status: number,
  headers: OutgoingHttpHeaders,
  text: string,
): Promise<void> {
  if (directives.bigBytes !== undefined && text.includes(bigTextMark)) {
    channel.begin(status, headers);
    await writeBig(channel, text, directives.bigBytes);
    channel.end();
    return;
  }
  const { fault } = directives;
  const whole = Buffer.from(text);
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  const body = fault ? brokenBody(fault, whole, half) : whole;
  if (fault) channel.fail();
  // An early end is clean only when no length was promised.
  channel.begin(status, fault?.kind === 'eof' ? headers : { ...headers, 'content-length': body.length });
  if (fault?.kind === 'cut' || fault?.kind === 'silence') {
    if (fault.afterEvents !== 0) await channel.write(half);
    if (fault.kind === 'cut') await channel.destroy('close');
    else await channel.untilGone();
    return;
  }
  await channel.write(body);
  channel.end();
}

function brokenBody(fault: Fault, whole: Buffer, half: Buffer): Buffer {
  if (fault.kind === 'eof' || fault.kind === 'half-json') return half;
  if (fault.kind === 'garbage') return garbage;
  if (fault.kind === 'nul') return Buffer.concat([half, nulBytes, whole.subarray(half.length)]);
  return whole;
}

export async function playStream(
  channel: Channel,
  directives: Directives,
  headers: OutgoingHttpHeaders,
  stream: AnswerStream,
): Promise<void> {
  channel.begin(directives.status ?? 200, headers);
  const { fault } = directives;
  const breaksAt = fault && 'afterEvents' in fault ? Math.min(fault.afterEvents ?? 0, stream.frames.length) : undefined;
  await playFrames(channel, directives, stream.frames.slice(0, breaksAt));
  if (!fault || breaksAt === undefined) {
    channel.end();
    return;
  }
  channel.fail();
  await breakStream(channel, directives, fault, stream, breaksAt);
}

async function breakStream(
  channel: Channel,
  directives: Directives,
  fault: Fault,
  stream: AnswerStream,
  breaksAt: number,
): Promise<void> {
  const due = stream.frames.slice(breaksAt);
  switch (fault.kind) {
    case 'cut':
      await channel.destroy('close');
      return;
    case 'silence':
      await channel.untilGone();
      return;
    case 'error':
      await playFrames(
        channel,
        directives,
        stream.fail(fault.type ?? directives.errorType, directives.message, breaksAt),
      );
      break;
    case 'garbage':
      await channel.write(garbage);
      break;
    case 'half-json':
      await channel.write((due[0]?.text ?? '').slice(0, Math.floor((due[0]?.text.length ?? 0) / 2)));
      break;
    case 'nul':
      await channel.write(nulBytes);
      await playFrames(channel, directives, due);
      break;
    default:
  }
  channel.end();
}

async function playFrames(channel: Channel, directives: Directives, frames: readonly Frame[]): Promise<void> {
  if (directives.burst) {
    await channel.write(frames.map((frame) => frame.text).join(''));
    frames.forEach((frame) => account(channel, frame));
    return;
  }
  const start = performance.now();
  let dueMs = 0;
  for (const frame of frames) {
    if (frame.tokens > 0) {
      if (directives.tokensPerSecond !== undefined) dueMs += (frame.tokens / directives.tokensPerSecond) * 1000;
      if (directives.intervalMs !== undefined) dueMs += directives.intervalMs;
      const restMs = start + dueMs - performance.now();
      if (restMs > 0) await channel.wait(restMs);
    }
    if (directives.bigBytes !== undefined && frame.text.includes(bigTextMark)) {
      await writeBig(channel, frame.text, directives.bigBytes, frame.tokens > 0);
    } else {
      await channel.write(frame.text);
    }
    account(channel, frame);
    await channel.turn();
  }
}

function account(channel: Channel, frame: Frame): void {
  channel.record.eventsSent += 1;
  if (frame.usage) channel.record.usageTold = frame.usage;
}
