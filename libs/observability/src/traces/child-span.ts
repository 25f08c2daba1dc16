import {
  type Attributes,
  type HrTime,
  type SpanContext,
  SpanKind as OtelSpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import { RandomIdGenerator, type ReadableSpan, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanAttributes, SpanKind, TraceContext, TraceSpan } from './traces.js';

export const otelKinds: Readonly<Record<SpanKind, OtelSpanKind>> = {
  server: OtelSpanKind.SERVER,
  client: OtelSpanKind.CLIENT,
  consumer: OtelSpanKind.CONSUMER,
  internal: OtelSpanKind.INTERNAL,
};

/** Where spans go, and what all of a process have in common. */
export interface SpanSink {
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  readonly processor: Pick<SpanProcessor, 'onEnd'>;
  /** Characters of an attribute's text. */
  readonly longestText: number;
  readonly mostAttributes: number;
}

const ids = new RandomIdGenerator();
const none: never[] = [];

/**
 * A span below one that the SDK has made. Every standard sampler decides for a child as it has decided for its parent, so that
 * nothing has to be asked again, and our few attributes need no checks; the SDK's own span costs as much CPU as a log line.
 */
export class ChildSpan implements TraceSpan, ReadableSpan {
  readonly kind: OtelSpanKind;
  readonly attributes: Attributes = {};
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  readonly startTime: HrTime;
  endTime: HrTime = [0, 0];
  duration: HrTime = [0, 0];
  status: ReadableSpan['status'] = { code: SpanStatusCode.UNSET };
  ended = false;
  readonly links = none;
  readonly events = none;
  droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  private attributeCount = 0;
  private readonly startedMs = performance.now();
  private readonly own: SpanContext;

  constructor(
    private readonly sink: SpanSink,
    /** What `performance.now()` lacks to the time since 1970: of the whole trace, so that no span begins before its parent. */
    private readonly originMs: number,
    readonly parentSpanContext: SpanContext,
    public name: string,
    kind: SpanKind,
    attributes: SpanAttributes,
  ) {
    const { traceId, traceFlags, traceState } = parentSpanContext;
    this.own = { traceId, spanId: ids.generateSpanId(), traceFlags, traceState };
    this.kind = otelKinds[kind];
    this.resource = sink.resource;
    this.instrumentationScope = sink.instrumentationScope;
    this.startTime = hrTime(originMs + this.startedMs);
    this.set(attributes);
  }

  get context(): TraceContext {
    return traceContextOf(this.own);
  }

  spanContext(): SpanContext {
    return this.own;
  }

  child(name: string, kind: SpanKind, attributes: SpanAttributes = {}): TraceSpan {
    return new ChildSpan(this.sink, this.originMs, this.own, name, kind, attributes);
  }

  rename(name: string): void {
    this.name = name;
  }

  set(attributes: SpanAttributes): void {
    const { longestText, mostAttributes } = this.sink;
    for (const name in attributes) {
      const value = attributes[name];
      if (value === undefined) continue;
      if (this.attributes[name] === undefined && (this.attributeCount += 1) > mostAttributes) {
        this.droppedAttributesCount += 1;
        continue;
      }
      this.attributes[name] = typeof value === 'string' ? value.slice(0, longestText) : value;
    }
  }

  end(errorType?: string, endedMs = performance.now()): void {
    if (this.ended) return;
    this.ended = true;
    if (errorType !== undefined) {
      this.set({ 'error.type': errorType });
      this.status = { code: SpanStatusCode.ERROR };
    }
    this.endTime = hrTime(this.originMs + endedMs);
    this.duration = hrTime(endedMs - this.startedMs);
    this.sink.processor.onEnd(this);
  }
}

export function traceContextOf({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceContext {
  const flags = traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${traceId}-${spanId}-${flags}`, tracestate: traceState?.serialize() };
}

/** Seconds and nanoseconds. */
function hrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1e6))];
}
