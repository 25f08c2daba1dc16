import type { UpstreamOperation } from '#providers';
import type { Dialect } from '#wire';
import type { OperationRecord } from './operation-record.js';

/** A request as it came in, whichever process took it. */
export interface InferenceRequest {
  /** Unique; becomes `request-id` and the key of the usage row. A job keeps the same one over all its attempts. */
  readonly id: string;
  readonly dialect: Dialect;
  readonly operation: UpstreamOperation;
  /** The client's own bytes. */
  readonly body: Buffer;
  /** Lower-cased, without credentials and hop-by-hop headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** With its `?`, or `''`. */
  readonly query: string;
  readonly durable: boolean;
  /** Where the account goes in place of the usage rows' spool: a job's is stored together with its result. */
  readonly account?: (record: OperationRecord) => void;
}
