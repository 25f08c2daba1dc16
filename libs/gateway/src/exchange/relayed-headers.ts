/**
 * The upstream's headers that are the client's business. Quota headers are not: they describe the operator's account. Nor is
 * anything that names the upstream's machines.
 */
const relayed = ['content-type', 'retry-after', 'retry-after-ms', 'x-should-retry'] as const;

export function relayedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of relayed) {
    const value = headers[name];
    if (value !== undefined) result[name] = value;
  }
  const requestId = upstreamRequestId(headers);
  if (requestId !== undefined) result['x-upstream-request-id'] = requestId;
  return result;
}

/** What the vendor's support asks for. */
export function upstreamRequestId(headers: Readonly<Record<string, string>>): string | undefined {
  return headers['request-id'] ?? headers['x-request-id'] ?? headers['apim-request-id'];
}
