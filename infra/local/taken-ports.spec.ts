import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { takenPorts } from './taken-ports.js';

it('names the variable of a port that somebody else listens on', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const { port } = other.address() as AddressInfo;
  try {
    expect(await takenPorts(new Map([['PORT', port]]))).toEqual([`Port ${port} is taken; choose another with PORT.`]);
  } finally {
    other.close();
  }
  expect(await takenPorts(new Map([['PORT', port]]))).toEqual([]);
});
