import type { JobEnd } from '#persistence';
import type { GatewayError } from '#wire';

/** How a failure is kept: in our words, and in the upstream's own where a sync client would have got those. */
export function refusalOf(error: GatewayError): Pick<JobEnd, 'error' | 'result'> {
  const kept = { code: error.code, message: error.message };
  const { relay } = error.context;
  const body = relay === undefined ? undefined : jsonText(relay.body);
  if (relay === undefined || body === undefined) return { error: kept };
  return { error: kept, result: { status: relay.status, headers: { 'content-type': relay.contentType }, body } };
}

/** Undefined for what is no JSON, and so cannot stand in a job's JSON. */
function jsonText(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}
