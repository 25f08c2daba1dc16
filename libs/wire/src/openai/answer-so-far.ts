import { warning, type WarningCode } from './compatibility.js';
import { StopSequenceScanner } from '../upstream/stop-sequence-scanner.js';
import type { JsonObject } from '../json-object.js';
import type { AnswerContext } from '../translation.js';
import type { Warning } from '../warning.js';

/** What an OpenAI upstream's answer, read so far, means for its stop reason, its usage and the client's warnings. */
export class AnswerSoFar {
  readonly warnings: Warning[] = [];
  /** The model that the upstream says has answered. */
  model: string | undefined;
  calledTool = false;
  /** The text of a refusal part; `undefined` while the model has not refused. */
  refusal: string | undefined;
  /** The upstream says that it stopped before the end, so that half a call is what is to be expected. */
  cutOff = false;
  /** Of everything written, for an estimate where the upstream counts nothing. */
  outputChars = 0;
  /** An estimate, where the answer is cut off before the upstream has told its own count. */
  inputTokens: number | undefined;
  private readonly scanner: StopSequenceScanner | undefined;

  constructor(readonly context: AnswerContext) {
    this.scanner = context.stopSequences.length > 0 ? new StopSequenceScanner(context.stopSequences) : undefined;
  }

  /** The client's stop sequence that the text ran into: nothing after it belongs to the answer. */
  get stopSequence(): string | null {
    return this.scanner?.matched ?? null;
  }

  /** What of a piece of text can be shown now: less than all of it while a stop sequence may be beginning. */
  shown(text: string): string {
    return this.scanner === undefined ? text : this.scanner.push(text);
  }

  /** The text held back by {@link shown}, at the end of its block. */
  heldBack(): string {
    return this.scanner === undefined ? '' : this.scanner.flush();
  }

  /** Takes the name from a body or an event that has one; Azure's first chunk has an empty one. */
  noteModel({ model }: JsonObject): void {
    if (typeof model === 'string' && model !== '') this.model ??= model;
  }

  warn(code: WarningCode, path: string): void {
    this.warnings.push(warning(code, path));
  }

  /** As {@link warn}, for what a stream may repeat in every chunk. */
  warnOnce(code: WarningCode, path: string): void {
    if (!this.warnings.some((known) => known.code === code && known.path === path)) this.warn(code, path);
  }
}
