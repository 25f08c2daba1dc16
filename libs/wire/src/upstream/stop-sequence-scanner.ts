/**
 * Finds stop sequences in text that comes in pieces. Text that may yet become part of a sequence is held back, so that nothing
 * of a match is ever let out. The sequence that is completed first wins, however the text was cut.
 */
export class StopSequenceScanner {
  private readonly sequences: readonly string[];
  private held = '';
  private found: string | undefined;

  constructor(sequences: readonly string[]) {
    this.sequences = sequences.filter((sequence) => sequence !== '');
  }

  /** The sequence that matched; nothing is let out any more once there is one. */
  get matched(): string | undefined {
    return this.found;
  }

  /** The text that can be let out now. */
  push(text: string): string {
    if (this.sequences.length === 0) return text;
    if (this.found !== undefined) return '';
    const buffer = this.held + text;
    let start = -1;
    let end = Infinity;
    for (const sequence of this.sequences) {
      const at = buffer.indexOf(sequence);
      if (at === -1) continue;
      const stop = at + sequence.length;
      if (stop < end || (stop === end && at < start)) {
        start = at;
        end = stop;
        this.found = sequence;
      }
    }
    if (this.found !== undefined) {
      this.held = '';
      return buffer.slice(0, start);
    }
    const heldChars = this.undecidedChars(buffer);
    this.held = buffer.slice(buffer.length - heldChars);
    return buffer.slice(0, buffer.length - heldChars);
  }

  /** The text held back, at the end of the block that it belongs to. */
  flush(): string {
    const rest = this.held;
    this.held = '';
    return rest;
  }

  /** Length of the longest end of `buffer` that begins a sequence. */
  private undecidedChars(buffer: string): number {
    let longest = 0;
    for (const sequence of this.sequences) {
      for (let length = Math.min(sequence.length - 1, buffer.length); length > longest; length -= 1) {
        if (buffer.endsWith(sequence.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
