import { StopSequences } from './stop-sequences.js';

/**
 * Finds stop sequences in text that comes in pieces. Text that may yet become part of a sequence is held back, so that nothing
 * of a match is ever let out. The sequence that is completed first wins, however the text was cut.
 */
export class StopSequenceScanner {
  private readonly sequences: StopSequences;
  private state = StopSequences.start;
  private held = '';
  private found: string | undefined;

  constructor(sequences: readonly string[]) {
    this.sequences = new StopSequences(sequences);
  }

  /** The sequence that matched; nothing is let out any more once there is one. */
  get matched(): string | undefined {
    return this.found;
  }

  /** The text that can be let out now. */
  push(text: string): string {
    if (this.found !== undefined) return '';
    const buffer = this.held + text;
    for (let at = this.held.length; at < buffer.length; at += 1) {
      this.state = this.sequences.next(this.state, buffer.charCodeAt(at));
      this.found = this.sequences.endingIn(this.state);
      if (this.found === undefined) continue;
      this.held = '';
      return buffer.slice(0, at + 1 - this.found.length);
    }
    const shown = buffer.length - this.sequences.begunIn(this.state);
    this.held = buffer.slice(shown);
    return buffer.slice(0, shown);
  }

  /** The text held back, at the end of the block that it belongs to. */
  flush(): string {
    const rest = this.held;
    this.held = '';
    this.state = StopSequences.start;
    return rest;
  }
}
