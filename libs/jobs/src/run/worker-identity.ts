import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';

/** The name of this process in leases and heartbeats; another one after every start. */
@Injectable()
export class WorkerIdentity {
  readonly name = `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`;
}
