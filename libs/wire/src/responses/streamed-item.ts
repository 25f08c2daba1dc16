import type { JsonObject } from '../json-object.js';

/** One output item while its events arrive. It writes at most one block at a time, and only when it is its turn. */
export interface StreamedItem {
  /** An event of the item between `output_item.added` and `output_item.done`. */
  read(type: string, event: JsonObject): void;
  /** The item is whole: writes what has not been streamed and closes the block. Called once. */
  done(item: JsonObject): void;
  /** Closes the block that is open, because another item wants to speak or the answer ends without `done`. */
  close(): void;
  /** Whether the open block's content is whole, so that another item may speak before `done` has come. */
  readonly settled: boolean;
}
