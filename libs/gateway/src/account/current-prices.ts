import { Injectable } from '@nestjs/common';
import { RouteTable } from '../routing/route-table.js';
import { configuredPrices } from './configured-prices.js';
import { listPrices } from './list-prices.js';
import { Prices } from './prices.js';

/** The prices that hold now: the operator's, which change with the route file, before the public lists. */
@Injectable()
export class CurrentPrices {
  private configured: RouteTable['routing']['prices'] | undefined;
  private prices = new Prices([listPrices]);

  constructor(private readonly table: RouteTable) {}

  get now(): Prices {
    const configured = this.table.routing.prices;
    if (configured !== this.configured) {
      this.prices = new Prices([configuredPrices(configured), listPrices]);
      this.configured = configured;
    }
    return this.prices;
  }
}
