import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** An OpenTelemetry collector that keeps what it is sent over HTTP; it reads OTLP's JSON, and Protobuf not at all. */
export class Collector {
  readonly spans: CollectedSpan[] = [];
  /** Everything that came, as it came. */
  received = '';

  private constructor(
    readonly url: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  /** For the process whose spans are to be read. */
  get env(): Record<string, string> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  }

  static async start(): Promise<Collector> {
    const server = createServer((request, response) => {
      void (async () => {
        const body = await text(request);
        collector.received += body;
        if (request.headers['content-type'] === 'application/json') collector.keep(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      })();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const collector = new Collector(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    return collector;
  }

  async until(condition: (spans: readonly CollectedSpan[]) => boolean): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (!condition(this.spans)) {
      if (Date.now() > deadline)
        throw new Error(`not collected: ${JSON.stringify(this.spans.map(({ name }) => name))}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private keep(body: string): void {
    const { resourceSpans } = JSON.parse(body) as ExportRequest;
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(plain(resource.attributes)['service.name']);
      for (const { spans } of scopeSpans) {
        for (const span of spans) this.spans.push({ ...span, service, attributes: plain(span.attributes) });
      }
    }
  }
}

type Attributes = readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];

interface ExportRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes' | 'service'> & { readonly attributes: Attributes })[];
    }[];
  }[];
}

function plain(attributes: Attributes): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
