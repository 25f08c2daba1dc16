import type { ToolNames } from '../openai/tool-names.js';
import type { ModelCapabilities } from '../openai/upstream-model.js';
import type { AnswerContext } from '../translation.js';
import type { Warning } from '../warning.js';
import type { RecallReasoning } from './reasoning-items.js';

/** What the translation of a conversation into input items depends on. */
export interface InputOptions {
  readonly capabilities: ModelCapabilities;
  readonly names: ToolNames;
  readonly upstream: AnswerContext['upstream'];
  readonly recall: RecallReasoning | undefined;
  readonly warnings: Warning[];
}
