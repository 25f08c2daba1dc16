import { Injectable } from '@nestjs/common';
import { UpstreamClient } from '#providers';
import { RouteTable } from '../routing/route-table.js';
import { connectMsOf } from './timeouts.js';

/** Connections to upstreams that a reload of the routes has removed are let go of. */
@Injectable()
export class TargetConnections {
  constructor(table: RouteTable, upstream: UpstreamClient) {
    table.onReplace(({ targets }) => {
      upstream.keepOnly(
        targets.map((config) => ({ origin: new URL(config.baseUrl).origin, connectMs: connectMsOf(config) })),
      );
    });
  }
}
