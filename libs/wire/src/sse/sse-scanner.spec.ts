import { describe, expect, it } from '@jest/globals';
import { parsedData, SseScanner } from './sse-scanner.js';

const maxEventBytes = 40;

/** What a listener hears that does not want events named `delta`: each event's name and data. */
function heard(...chunks: readonly string[]): [name: string, data: string][] {
  const events: [string, string][] = [];
  const scanner = new SseScanner(
    {
      wants: (bytes, start, end) => bytes.toString('latin1', start, end) !== 'delta',
      event: (data, name) => void events.push([name, data]),
    },
    maxEventBytes,
  );
  for (const chunk of chunks) scanner.push(Buffer.from(chunk));
  scanner.end();
  return events;
}

const long = 'x'.repeat(maxEventBytes);

describe('a scanner of events', () => {
  it('hears events that are wanted or have no name, however the network cut them', () => {
    const stream =
      'event: start\r\ndata: 1\r\n\r\nevent:delta\ndata: 2\n\n: a comment\ndata: 3\ndata:4\n\nevent: stop\n\ndata: 5';
    const all = [
      ['start', ' 1'],
      ['', ' 3\n4'],
      ['stop', ''],
      ['', ' 5'],
    ];
    expect(heard(stream)).toEqual(all);
    for (let at = 1; at < stream.length; at += 1) expect(heard(stream.slice(0, at), stream.slice(at))).toEqual(all);
    expect(heard(...stream.split(''))).toEqual(all);
  });

  it.each([
    ['in one line', `data: ${long}\n\n`],
    ['in several lines', `data: ${long.slice(20)}\ndata: ${long.slice(20)}\n\n`],
    ['in the last of several', `data: {}\ndata: ${long}\n\n`],
  ])('keeps no data that is too long, %s, and no more of an event than its name', (_what, data) => {
    const rest = 'data: {}\n\n';
    const cut = Math.floor(data.length / 2);
    for (const chunks of [[data], [data.slice(0, cut), data.slice(cut)], data.split('')]) {
      expect(heard(...chunks, rest)).toEqual([['', ' {}']]);
      expect(heard('event: stop\n', ...chunks, rest)).toEqual([
        ['stop', ''],
        ['', ' {}'],
      ]);
    }
  });
});

it('data is read as the UTF-8 that it is', () => {
  expect(parsedData(Buffer.from('{"a":"é年"}').toString('latin1'))).toEqual({ a: 'é年' });
  expect(parsedData('{')).toBeUndefined();
});
