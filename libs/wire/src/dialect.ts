/** The languages spoken at our door and to upstreams. `messages` (Anthropic Messages) is the canonical one. */
export const dialects = ['messages', 'chat', 'responses', 'completions', 'complete'] as const;

export type Dialect = (typeof dialects)[number];

/** The dialects an upstream can be spoken to in. The two legacy ones exist only at our door. */
export type UpstreamDialect = Extract<Dialect, 'messages' | 'chat' | 'responses'>;
