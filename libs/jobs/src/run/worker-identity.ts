import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';

/** The name of this process in leases and heartbeats; another one after every start. */
@Injectable()
export class WorkerIdentity {
  readonly name = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
}

/** What of that name anyone may read: the part of chance, which tells workers apart and says nothing of hosts. */
export function publicNameOf(worker: string): string {
  return worker.slice(worker.lastIndexOf(':') + 1);
}
