import { bigTextMark } from './answer.js';
import type { Channel } from './channel.js';

const filler = 'simulator '.repeat(6554).slice(0, 65_536);

/**
 * Writes `template` with a text of `bytes` ASCII characters in the place of its mark, never holding it whole.
 * `repeated` repeats the template instead, each time with a part of the text: the deltas of a stream.
 */
export async function writeBig(channel: Channel, template: string, bytes: number, repeated = false): Promise<void> {
  const [before = '', ...rest] = template.split(bigTextMark);
  const after = rest.join(bigTextMark);
  if (!repeated) await channel.write(before);
  for (let left = bytes; left > 0; left -= filler.length) {
    const part = filler.slice(0, left);
    await channel.write(repeated ? before + part + after : part);
    await channel.turn();
  }
  if (!repeated) await channel.write(after);
}
