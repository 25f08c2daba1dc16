import type { ModelCapabilities } from '../openai/upstream-model.js';

/** A model that clients may ask for, as far as a list of models tells of it. */
export interface ListedModel {
  readonly id: string;
  /** Provider id. */
  readonly owner: string;
  readonly capabilities: ModelCapabilities;
  /** Messages reach it untranslated, so that Anthropic's own features are there. */
  readonly native: boolean;
}
