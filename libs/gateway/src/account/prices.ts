import type { TokenColumns } from '#persistence';

/** Micro-USD per million tokens, whole numbers: $3 a million is 3 000 000. */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

export interface ModelPrice extends Rates {
  /** Rates of the whole request where its prompt, cached tokens included, is longer than `promptTokens`. */
  readonly above?: { readonly promptTokens: number; readonly rates: Rates };
}

export interface PriceTable {
  /** `YYYY-MM-DD`: when these prices held. */
  readonly asOf: string;
  /** By model name; a name ending in `*` is a prefix. */
  readonly models: Readonly<Record<string, ModelPrice>>;
}

/** The date of a snapshot, and what vendors and clients append to a name without changing its price. */
const snapshot = /(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest))?(?:\[1m\])?$/;

const tokensPerPrice = 1_000_000n;

/** Names are the client's and the upstream's words, so that there may be any number of them. */
const mostKnown = 1000;

/**
 * What answers cost at list price: standard tier, without batch or priority, because an answer does not reliably tell which of
 * these it was billed as. Tokens of server-side tools are counted, the tools' own fees are not.
 */
export class Prices {
  /** What was looked up before, without a price as well. */
  private readonly known = new Map<string, ModelPrice | undefined>();
  private readonly tables: readonly {
    names: ReadonlyMap<string, ModelPrice>;
    prefixes: readonly [string, ModelPrice][];
  }[];

  /** Earlier tables win over later ones. Throws a `RangeError` on a rate that is no whole number from 0. */
  constructor(tables: readonly PriceTable[]) {
    this.tables = tables.map(({ models }) => {
      const entries = Object.entries(models).map(
        ([name, price]) => [name.toLowerCase(), checked(name, price)] as const,
      );
      return {
        names: new Map(entries.filter(([name]) => !name.endsWith('*'))),
        prefixes: entries
          .filter(([name]) => name.endsWith('*'))
          .map(([name, price]): [string, ModelPrice] => [name.slice(0, -1), price])
          .toSorted(([left], [right]) => right.length - left.length),
      };
    });
  }

  /**
   * Whole micro-USD, rounded once, half up; null where none of the models has a price and there is something to charge.
   *
   * @param models the names that the answering model goes by, the most telling first.
   */
  cost(models: readonly (string | undefined)[], tokens: TokenColumns): number | null {
    const price = this.find(models);
    if (price === undefined) return isNothing(tokens) ? 0 : null;
    const rates = ratesFor(price, tokens);
    const sum =
      BigInt(tokens.input_tokens) * BigInt(rates.input) +
      BigInt(tokens.output_tokens) * BigInt(rates.output) +
      BigInt(tokens.cache_read_tokens) * BigInt(rates.cacheRead) +
      BigInt(tokens.cache_creation_5m_tokens) * BigInt(rates.cacheWrite5m) +
      BigInt(tokens.cache_creation_1h_tokens) * BigInt(rates.cacheWrite1h);
    return Math.min(Number((sum + tokensPerPrice / 2n) / tokensPerPrice), Number.MAX_SAFE_INTEGER);
  }

  private find(models: readonly (string | undefined)[]): ModelPrice | undefined {
    for (const model of models) {
      const price = model === undefined ? undefined : this.remembered(model);
      if (price !== undefined) return price;
    }
    return undefined;
  }

  private remembered(model: string): ModelPrice | undefined {
    if (this.known.has(model)) return this.known.get(model);
    const price = this.priceOf(model.toLowerCase());
    if (this.known.size < mostKnown) this.known.set(model, price);
    return price;
  }

  private priceOf(model: string): ModelPrice | undefined {
    const withoutVendor = model.slice(model.lastIndexOf('/') + 1);
    const spellings = [model, withoutVendor, withoutVendor.replace(snapshot, '')];
    for (const { names, prefixes } of this.tables) {
      for (const spelling of spellings) {
        const price = names.get(spelling);
        if (price !== undefined) return price;
      }
      const match = prefixes.find(([prefix]) => model.startsWith(prefix) || withoutVendor.startsWith(prefix));
      if (match !== undefined) return match[1];
    }
    return undefined;
  }
}

function ratesFor(price: ModelPrice, tokens: TokenColumns): Rates {
  const { above } = price;
  if (above === undefined) return price;
  const { input_tokens, cache_read_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens } = tokens;
  const promptTokens = input_tokens + cache_read_tokens + cache_creation_5m_tokens + cache_creation_1h_tokens;
  return promptTokens > above.promptTokens ? above.rates : price;
}

function isNothing(tokens: TokenColumns): boolean {
  return Object.values(tokens).every((count) => count === 0);
}

function checked(model: string, price: ModelPrice): ModelPrice {
  for (const rates of [price, price.above?.rates]) {
    if (rates === undefined) continue;
    const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = rates;
    if ([input, output, cacheRead, cacheWrite5m, cacheWrite1h].every((rate) => Number.isSafeInteger(rate) && rate >= 0))
      continue;
    throw new RangeError(`the price of ${model} must be whole micro-USD per million tokens, from 0`);
  }
  return price;
}
