// What goes into every log line of a request must not be able to forge or flood one.
const sane = /^[\w.:-]{8,128}$/;

/** The client's own correlation id, if it is sane. */
export function correlationIdFrom(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && sane.test(header) ? header : undefined;
}
