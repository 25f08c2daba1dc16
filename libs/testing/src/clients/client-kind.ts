/** Where a client sends its requests: the product, or an upstream without the product in between. */
export interface Server {
  /** Without a path. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
}

export interface Question {
  readonly prompt: string;
  readonly maxTokens?: number;
  readonly stop?: readonly string[];
  /** Names of tools that take one object of any kind. */
  readonly tools?: readonly string[];
}

/** What a client understood of an answer, in words that all dialects share. */
export interface Said {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly stop: 'end' | 'tool_use' | 'max_tokens' | 'refusal';
  /** Input counts what was read from and written to caches. */
  readonly usage: { readonly input: number; readonly cacheRead: number; readonly output: number } | undefined;
}

export interface ClientKind {
  readonly name: string;
  readonly stream: boolean;
  /** The legacy dialects have no tools and no refusals. */
  readonly legacy: boolean;
  /** Rejects with the SDK's own error, or an `Error` with the status for the dialects that no SDK speaks any more. */
  ask(server: Server, question: Question): Promise<Said>;
}

/** The schema of every tool in these tests. */
export const anyObject = { type: 'object' as const, properties: {}, additionalProperties: true };
