import { refuse } from '../fault.js';

/** A state and a character in one number: 14 bits and 16, which V8 keeps without an object of their own. */
const bitsOfCharacter = 16;

/** Characters that {@link StopSequences} takes; its states are counted in 14 bits. */
const mostCharacters = 16_000;

/** The sequences of a request, which the gateway is to search for. Throws `invalid_request` for more than {@link StopSequences} takes. */
export function searchedStops(sequences: readonly string[]): readonly string[] {
  let chars = 0;
  for (const sequence of sequences) chars += sequence.length;
  if (chars <= mostCharacters) return sequences;
  const message = `this upstream model cannot search for stop sequences of more than ${mostCharacters} characters together`;
  throw refuse({ path: 'stop_sequences', message });
}

/**
 * Stop sequences as the automaton of Aho and Corasick: a state says what of them the text ends with. A character costs the same
 * however many sequences there are.
 */
export class StopSequences {
  /** Nothing of any sequence. */
  static readonly start = 0;

  private readonly steps = new Map<number, number>();
  /** State → that of the longest beginning of a sequence that it ends with, beside its own. */
  private readonly fallbacks = [StopSequences.start];
  private readonly lengths = [0];
  private readonly ends: (string | undefined)[] = [undefined];

  /** @param sequences of {@link mostCharacters} together; empty ones count as none */
  constructor(sequences: readonly string[]) {
    // By length and not one by one: what a state falls back on is shorter, and has to be there before it.
    let growing = sequences.map((sequence) => ({ sequence, state: StopSequences.start }));
    for (let length = 1; growing.length > 0; length += 1) {
      growing = growing.filter(({ sequence }) => sequence.length >= length);
      for (const growth of growing) {
        growth.state = this.grown(growth.state, growth.sequence.charCodeAt(length - 1));
        if (growth.sequence.length === length) this.ends[growth.state] = growth.sequence;
      }
    }
  }

  /** The state after one more character, given as its UTF-16 code. */
  next(state: number, code: number): number {
    let from = state;
    for (;;) {
      const next = this.steps.get((from << bitsOfCharacter) | code);
      if (next !== undefined) return next;
      if (from === StopSequences.start) return from;
      from = this.fallbacks[from] ?? StopSequences.start;
    }
  }

  /** The longest sequence that the text ends with. */
  endingIn(state: number): string | undefined {
    return this.ends[state];
  }

  /** How many of the text's last characters begin a sequence. */
  begunIn(state: number): number {
    return this.lengths[state] ?? 0;
  }

  private grown(state: number, code: number): number {
    const step = (state << bitsOfCharacter) | code;
    const known = this.steps.get(step);
    if (known !== undefined) return known;
    const fallback =
      state === StopSequences.start ? state : this.next(this.fallbacks[state] ?? StopSequences.start, code);
    const grown = this.lengths.length;
    this.lengths.push((this.lengths[state] ?? 0) + 1);
    this.fallbacks.push(fallback);
    this.ends.push(this.ends[fallback]);
    this.steps.set(step, grown);
    return grown;
  }
}
