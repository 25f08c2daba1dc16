import { isObject } from '../json-object.js';

/** An upstream's account of its failure, out of any of the shapes that are met. */
export interface UpstreamErrorBody {
  /** `''` when there is none that a person could read. */
  readonly message: string;
  readonly type: string;
  /** A string also where the upstream sent a number: Azure writes `"401"`, vLLM `400`. */
  readonly code: string;
  readonly param: string;
  /** The object that held the message, for members that few upstreams send. */
  readonly source: Readonly<Record<string, unknown>>;
}

const maxMessageChars = 2000;

/** `body` is the text of an HTTP body, or the parsed payload of a stream's error event. Never throws. */
export function upstreamErrorBody(body: unknown): UpstreamErrorBody {
  const value = typeof body === 'string' ? jsonOrText(body) : body;
  const outer: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof outer === 'string') return of({ message: outer });
  if (!isObject(outer)) return of({});
  const { error } = outer;
  if (isObject(error)) return of(error);
  if (typeof error === 'string') return of({ ...outer, message: error });
  if (Array.isArray(outer.errors) && isObject(outer.errors[0])) return of(outer.errors[0]);
  if (outer.message === undefined && outer.detail !== undefined) return ofDetail(outer);
  return of(outer);
}

function of(source: Record<string, unknown>): UpstreamErrorBody {
  const message = text(source.message) || text(source.Message);
  return {
    message: message.slice(0, maxMessageChars).toWellFormed(),
    type: text(source.type),
    code: text(source.code),
    param: text(source.param),
    source,
  };
}

/** FastAPI's shapes: a string, or a list of `{loc: ["body", "top_k"], msg, type}`. */
function ofDetail(outer: Record<string, unknown>): UpstreamErrorBody {
  const { detail } = outer;
  const first: unknown = Array.isArray(detail) ? detail[0] : detail;
  if (typeof first === 'string') return of({ message: first });
  if (!isObject(first)) return of(outer);
  const location = Array.isArray(first.loc) ? first.loc.filter((step) => step !== 'body').join('.') : '';
  return of({ message: first.msg ?? first.message, type: first.type, code: first.type, param: location });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function jsonOrText(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // A proxy's or CDN's page says nothing to a client.
    return body.trimStart().startsWith('<') ? '' : body.trim();
  }
}
