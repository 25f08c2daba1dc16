import type Anthropic from '@anthropic-ai/sdk';

/** The models that are listed for a pattern such as `claude-*`, the latest first; other names are served all the same. */
export const knownModels: readonly Anthropic.Model[] = [
  'claude-opus-5-5',
  'claude-sonnet-5-5',
  'claude-haiku-5-5',
  'claude-fable-5-2',
  'claude-opus-5',
  'claude-sonnet-5',
  'claude-opus-4-8',
  'claude-opus-4-7',
  'claude-opus-4-6',
  'claude-sonnet-4-6',
  'claude-opus-4-5',
  'claude-sonnet-4-5',
  'claude-haiku-4-5',
];
