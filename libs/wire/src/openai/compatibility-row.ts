/**
 * `mapped`: has a counterpart. `emulated`: the gateway does it. `dropped`: let go, and the client is told by `warning`.
 * `ignored`: let go without a word, because nothing of meaning is lost. `refused`: 400 that names the path.
 * Where a row names two, the note says which applies when.
 */
export type Verdict =
  | 'mapped'
  | 'mapped or dropped'
  | 'mapped or ignored'
  | 'mapped or refused'
  | 'emulated'
  | 'dropped'
  | 'ignored'
  | 'refused';

export interface CompatibilityRow {
  /** Anthropic's name of the field; `[]` for any element, `<type>` for a block, `answer.` for what comes back. */
  readonly field: string;
  /** Towards `/chat/completions`. */
  readonly chat: Verdict;
  /** Towards `/responses`. */
  readonly responses: Verdict;
  readonly note: string;
  /** The code in `x-proxy-warnings`. */
  readonly warning?: string;
}
