/**
 * What an upstream model can do, and how it wants to be asked. On Azure the deployment's name says nothing of the model,
 * so the operator names the base model; everywhere else the model's own name selects the row.
 */
export interface UpstreamModel {
  /** Provider id, for example `azure-openai`; part of reasoning envelopes. */
  readonly provider: string;
  /** The name sent upstream: a model or an Azure deployment. */
  readonly model: string;
  readonly capabilities: ModelCapabilities;
}

export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ModelCapabilities {
  readonly api: 'responses' | 'chat';
  readonly reasoning: 'none' | 'optional' | 'always';
  /** Reasons when nothing is said of effort. */
  readonly reasoningDefaultOn: boolean;
  /** Ascending; empty when effort is not understood. */
  readonly efforts: readonly Effort[];
  readonly sampling: 'always' | 'when-effort-none' | 'never';
  /** Compatible servers alone: `top_k` in the request. */
  readonly topK: boolean;
  readonly systemRole: 'developer' | 'system';
  /** `wrap`: the chat template refuses a system message that is not first. */
  readonly midSystem: 'yes' | 'wrap';
  /** `max_tokens` for servers that never learnt `max_completion_tokens`. */
  readonly maxTokensParam: 'max_completion_tokens' | 'max_tokens';
  /** Tokens. */
  readonly maxOutput: number;
  /** Tokens. */
  readonly contextWindow: number;
  /** The least output to ask for, in tokens; more than the client's limit where that is lower. */
  readonly minOutput: number;
  readonly imageInput: boolean;
  /** Fetches images by their URL itself. */
  readonly imageUrls: boolean;
  readonly pdfInput: boolean;
  readonly parallelToolCallsParam: boolean;
  readonly streamUsageOption: boolean;
  /** `stream_options.include_obfuscation: false` is understood. */
  readonly obfuscationOption: boolean;
  readonly jsonSchema: boolean;
  readonly cacheBreakpoints: boolean;
  /** Anthropic alone: conversations of OpenAI clients get breakpoints of the gateway's. */
  readonly automaticCaching: boolean;
  readonly promptCacheKey: boolean;
  readonly safetyIdentifier: boolean;
  readonly serviceTier: boolean;
  /** The operator allows `speed: "fast"`, and OpenAI's `service_tier: "priority"` in a translated request, to buy the priority tier. */
  readonly priorityTier: boolean;
  readonly webSearchTool: boolean;
  /** What becomes of a tool that Anthropic would run and this model's API cannot; a model without it may invent what it would say. */
  readonly onUnsupportedServerTool: 'refuse' | 'drop';
  /** Where a Chat answer carries its reasoning. */
  readonly reasoningField: 'reasoning_content' | 'reasoning' | 'none';
  readonly reasoningReplay: 'none' | 'encrypted' | 'reasoning_content';
}
