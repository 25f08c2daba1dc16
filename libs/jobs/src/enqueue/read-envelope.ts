import { parseJson } from '#gateway';
import { type Dialect, GatewayError, JsonScanner, type Member } from '#wire';
import { EnqueueEnvelope } from './enqueue-envelope.js';
import { inferDialect } from './infer-dialect.js';
import { parsingLoss } from './parsing-loss.js';

/** What a client asks to be done later. */
export interface Submission {
  readonly dialect: Dialect;
  /** The request's own bytes within the body. */
  readonly request: Buffer;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
}

const known: ReadonlySet<string> = new Set(['request', 'metadata', 'dialect']);

/**
 * Takes `{"request": {…}, "metadata"?: {…}, "dialect"?: "chat"}` apart without parsing the request, which reaches 32 MB and
 * is kept byte for byte. Throws `GatewayError('invalid_request')` that names what is wrong.
 */
export function readEnvelope(body: Buffer): Submission {
  const members = new JsonScanner(body).members(0);
  const request = members.find(({ key }) => key === 'request');
  const around = parseAround(body, request);
  const unknown = Object.keys(around).filter((name) => !known.has(name));
  if (unknown.length > 0) throw refused(unknown.map((name) => `${name}: Extra inputs are not permitted`));
  // Of two, JSON.parse would take one and the other would be lost without a word.
  if (members.length > Object.keys(around).length) throw refused(['The same member is given twice']);

  const envelope = Object.assign(new EnqueueEnvelope(), {
    request: request && body.subarray(request.value.start, request.value.end),
    metadata: around.metadata ?? undefined,
    dialect: around.dialect ?? undefined,
  });
  const problems = envelope.problems();
  if (problems.length > 0 || envelope.request === undefined) throw refused(problems);
  const metadata = members.find(({ key }) => key === 'metadata')?.value;
  const loss = metadata && parsingLoss(body.toString('utf8', metadata.start, metadata.end), around.metadata);
  if (loss !== undefined) throw refused([`metadata: ${loss}`]);
  return {
    dialect: envelope.dialect ?? inferDialect(envelope.request),
    request: envelope.request,
    metadata: envelope.metadata,
  };
}

/**
 * The envelope with `null` in the request's place. The scanner takes valid JSON for granted; if what is left is valid and the
 * request is, the whole was.
 */
function parseAround(body: Buffer, request: Member | undefined): Record<string, unknown> {
  const around =
    request === undefined
      ? body
      : Buffer.concat([body.subarray(0, request.value.start), Buffer.from('null'), body.subarray(request.value.end)]);
  const json = parseEither(around, body);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw refused(['The request body should be a JSON object']);
  }
  return json as Record<string, unknown>;
}

/** A fault's position is only right in the client's own bytes. */
function parseEither(around: Buffer, body: Buffer): unknown {
  try {
    return parseJson(around);
  } catch {
    return parseJson(body);
  }
}

function refused(problems: readonly string[]): GatewayError {
  const [first = ''] = problems;
  return new GatewayError('invalid_request', problems.join('; '), { path: /^[\w.]+(?=:)/.exec(first)?.[0] ?? '' });
}
