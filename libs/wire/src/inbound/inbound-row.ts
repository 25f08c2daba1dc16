import type { Dialect } from '../dialect.js';
import type { Verdict } from '../openai/compatibility-row.js';

export interface InboundRow {
  /** The dialects at our door that have the field; `messages` stands for a request on its way to an Anthropic upstream. */
  readonly dialects: readonly Dialect[];
  /** The client's own name of the field. */
  readonly field: string;
  readonly verdict: Verdict;
  readonly note: string;
  /** The code in `x-proxy-warnings`. */
  readonly warning?: string;
}
