import { describe, expect, it } from '@jest/globals';
import { traceContextFrom, traceHeaders } from './traces.js';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('traceContextFrom', () => {
  it('takes a well-formed context, with its state', () => {
    expect(traceContextFrom(traceparent, 'a=b')).toEqual({ traceparent, tracestate: 'a=b' });
    expect(traceHeaders({ traceparent })).toEqual({ traceparent });
    expect(traceHeaders(undefined)).toEqual({});
  });

  it.each([
    undefined,
    ['two', 'headers'],
    '',
    `ff${traceparent.slice(2)}`,
    traceparent.toUpperCase(),
    `${traceparent}\r\nx: y`,
    traceparent.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    traceparent.replace('b7ad6b7169203331', '0'.repeat(16)),
  ])('ignores %p, which is none', (header) => {
    expect(traceContextFrom(header)).toBeUndefined();
  });

  it('ignores a state that is too long to pass on', () => {
    expect(traceContextFrom(traceparent, 'x'.repeat(513))).toEqual({ traceparent });
  });
});
