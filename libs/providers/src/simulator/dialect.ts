import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.js';
import type { Vendor } from './endpoint.js';
import type { VendorError } from './error-bodies.js';
import type { JsonRecord } from './json-reader.js';
import type { AnswerStream } from './play.js';

/** One generation that a client asks for. */
export interface Call {
  readonly vendor: Vendor;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonRecord;
  /** The body's model, or the deployment of Azure's classic path. */
  readonly model: string;
}

/** One API as its vendor plays it. */
export interface SimulatedDialect {
  /** The vendor's refusal of a request that it would not serve. */
  refuse(call: Call): VendorError | undefined;
  plain(answer: Answer, call: Call): object;
  stream(answer: Answer, call: Call): AnswerStream;
}
