import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { ChildSpan } from './child-span.js';

const parent = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
};
const attributes = { text: 'a', number: 1, flag: true, list: ['x'] };

function spans(
  traceFlags = TraceFlags.SAMPLED,
  limits = { longestText: Infinity, mostAttributes: 128 },
): {
  child: ChildSpan;
  exporter: InMemorySpanExporter;
  started: number;
  startedMs: number;
} {
  const exporter = new InMemorySpanExporter();
  const sink = {
    resource: resourceFromAttributes({ 'service.name': 'a-service' }),
    instrumentationScope: { name: 'a-scope', version: '1' },
    processor: new SimpleSpanProcessor(exporter),
    ...limits,
  };
  const started = Date.now();
  const startedMs = performance.now();
  const child = new ChildSpan(sink, started - startedMs, { ...parent, traceFlags }, 'a-name', 'client', {
    ...attributes,
    absent: undefined,
  });
  return { child, exporter, started, startedMs };
}

function epochMs([seconds, nanoseconds]: [number, number] = [NaN, NaN]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

describe('ChildSpan', () => {
  it('is exported as a span of the SDK with the same parent and attributes is', () => {
    const { child, exporter } = spans();
    child.end('went wrong');
    const theirs = new InMemorySpanExporter();
    const { resource, instrumentationScope } = child;
    const provider = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(theirs)] });
    const span = provider
      .getTracer(instrumentationScope.name, instrumentationScope.version)
      .startSpan('a-name', { kind: SpanKind.CLIENT, attributes }, trace.setSpanContext(ROOT_CONTEXT, parent));
    span.setAttribute('error.type', 'went wrong').setStatus({ code: SpanStatusCode.ERROR }).end();

    const [ours] = exporter.getFinishedSpans();
    const [sdk] = theirs.getFinishedSpans();
    const told = (from: typeof ours) =>
      from && {
        name: from.name,
        kind: from.kind,
        trace: from.spanContext().traceId,
        flags: from.spanContext().traceFlags,
        parent: from.parentSpanContext?.spanId,
        status: from.status,
        attributes: from.attributes,
        ended: from.ended,
        scope: from.instrumentationScope.name,
        resource: from.resource.attributes['service.name'],
        events: from.events,
        links: from.links,
      };
    expect(told(ours)).toEqual(told(sdk));
    expect(ours?.spanContext().spanId).toMatch(/^[\da-f]{16}$/);
  });

  it('ends when it is said to have ended, and once', () => {
    const { child, exporter, started, startedMs } = spans();
    const endedMs = performance.now();
    child.end(undefined, endedMs);
    child.end('too late');
    const [span, ...more] = exporter.getFinishedSpans();
    expect(more).toEqual([]);
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(epochMs(span?.endTime)).toBeCloseTo(started - startedMs + endedMs, 1);
    expect(epochMs(span?.startTime)).toBeLessThanOrEqual(epochMs(span?.endTime));
  });

  it('has children of its own trace, and goes nowhere where the trace is not kept', () => {
    const { child, exporter } = spans(TraceFlags.NONE);
    const grandchild = child.child('below', 'internal');
    expect(child.context.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-00$/);
    expect(grandchild.context.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[\da-f]{16}-00$/);
    grandchild.end();
    child.end();
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('keeps to the limits of attributes, and counts what it drops', () => {
    const { child } = spans(TraceFlags.SAMPLED, { longestText: 3, mostAttributes: 5 });
    child.set({ text: 'longer', fifth: 'also longer', sixth: 'dropped' });
    expect(child.attributes).toEqual({ ...attributes, text: 'lon', fifth: 'als' });
    expect(child.droppedAttributesCount).toBe(1);
  });
});
