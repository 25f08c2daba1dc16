import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { portsStillTaken, takenPorts } from './taken-ports.js';

let other: Server;
let port: number;
beforeEach(async () => {
  other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  ({ port } = other.address() as AddressInfo);
});
afterEach(() => {
  other.close();
});

const sentence = (): string => `Port ${port} is taken; choose another with PORT.`;

it('names the variable of a port that somebody else listens on', async () => {
  expect(await takenPorts(new Map([['PORT', port]]))).toEqual([sentence()]);
  other.close();
  expect(await takenPorts(new Map([['PORT', port]]))).toEqual([]);
});

it('waits, saying so, for a port whose owner is just stopping', async () => {
  const said: string[][] = [];
  const taken = await portsStillTaken(new Map([['PORT', port]]), 60_000, (sentences) => {
    said.push(sentences);
    other.close();
  });
  expect(taken).toEqual([]);
  expect(said).toEqual([[sentence()]]);
});

it('says what is still taken once its patience is over', async () => {
  expect(await portsStillTaken(new Map([['PORT', port]]), 1, () => undefined)).toEqual([sentence()]);
});
