import type { PriceConfig } from '#config';
import type { PriceTable } from './prices.js';

/** The operator's prices. What the operator does not say of caches costs what other input costs: no discount is invented. */
export function configuredPrices(prices: readonly PriceConfig[]): PriceTable {
  return {
    asOf:
      prices
        .map(({ asOf }) => asOf)
        .toSorted()
        .at(-1) ?? '',
    models: Object.fromEntries(
      prices.map(({ model, input, output, cacheRead = input, cacheWrite5m = input, cacheWrite1h = cacheWrite5m }) => [
        `${model}*`,
        { input, output, cacheRead, cacheWrite5m, cacheWrite1h },
      ]),
    ),
  };
}
