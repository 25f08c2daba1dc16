/** OpenTelemetry's name for what all our dialects ask for; counting has none. */
export const operationNames = { generate: 'chat', count_tokens: 'count_tokens' } as const;
