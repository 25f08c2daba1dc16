/** For a product whose upstreams keep failing: as many retries as ever, and hardly a pause before them. */
export const quickRetries = { GATEWAY_CONFIG_YAML: JSON.stringify({ retries: { baseDelayMs: 1 } }) };
