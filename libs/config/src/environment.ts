import { IsIn, IsInt, IsOptional, IsString, Matches, Min } from 'class-validator';
import type { TraceProtocol } from './config.js';
import { IsEndpoint } from './endpoint.validator.js';
import { Integer } from './integer.decorator.js';
import { ProductEnvironment } from './product-environment.js';
import { Variable } from './variable.decorator.js';

/** The SDK would leave out whatever is none, without a word. */
const pairs = /^\s*[^=,\s]+\s*=[^,]*(?:,\s*[^=,\s]+\s*=[^,]*)*,?\s*$/;
const arePairs = { message: '$property must be key=value, separated by commas' };

/**
 * The environment as operators write it: one member a variable, in the order of docs/configuration.md. Here are the variables of
 * the OpenTelemetry SDK, behind all others.
 */
export class Environment extends ProductEnvironment {
  @Variable(
    'Base URL of an OpenTelemetry collector (OTLP over HTTP), such as http://localhost:4318. Turns traces on; the other OTEL_* variables of the OpenTelemetry SDK apply as well.',
  )
  @IsOptional()
  @IsEndpoint()
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;

  @Variable('The endpoint for traces alone, with its whole path.')
  @IsOptional()
  @IsEndpoint()
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string;

  @Variable(
    'Protocol of the collector: http/protobuf, or http/json, which costs a tenth more CPU. With traces on, grpc is a start-up error.',
    {
      fallback: 'http/protobuf',
    },
  )
  @IsOptional()
  @IsIn(['http/protobuf', 'http/json', 'grpc'])
  OTEL_EXPORTER_OTLP_PROTOCOL?: TraceProtocol | 'grpc';

  @Variable('The protocol for traces alone.')
  @IsOptional()
  @IsIn(['http/protobuf', 'http/json', 'grpc'])
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL?: TraceProtocol | 'grpc';

  @Variable('Headers for the collector, such as `authorization=Bearer%20…`.', { secret: true })
  @IsOptional()
  @Matches(pairs, arePairs)
  OTEL_EXPORTER_OTLP_HEADERS?: string;

  @Variable('`true` turns traces off.', { fallback: 'false' })
  @IsOptional()
  @IsIn(['true', 'false'])
  OTEL_SDK_DISABLED?: 'true' | 'false';

  @Variable('`none` turns traces off as well.', { fallback: 'otlp' })
  @IsOptional()
  @IsIn(['otlp', 'none'])
  OTEL_TRACES_EXPORTER?: 'otlp' | 'none';

  @Variable('Name of the service in traces, instead of claude-proxy-api or claude-proxy-worker.')
  @IsOptional()
  @IsString()
  OTEL_SERVICE_NAME?: string;

  @Variable('More attributes of the service in traces: `key=value,key=value`.')
  @IsOptional()
  @Matches(pairs, arePairs)
  OTEL_RESOURCE_ATTRIBUTES?: string;

  @Variable('Sampler, which decides which traces are kept; parentbased_ follows the decision of the caller first.', {
    fallback: 'parentbased_always_on',
  })
  @IsOptional()
  @IsIn([
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  ])
  OTEL_TRACES_SAMPLER?: string;

  @Variable('Share of traces that a traceidratio sampler keeps, from 0 to 1.', { fallback: '1' })
  @IsOptional()
  @Matches(/^(0|1|0?\.\d+|1\.0+|0\.0*)$/, { message: '$property must be a number from 0 to 1' })
  OTEL_TRACES_SAMPLER_ARG?: string;

  @Variable('How many spans may wait to be sent; further ones are dropped.', { fallback: '8192' })
  @IsOptional()
  @Integer()
  @IsInt()
  @Min(1)
  OTEL_BSP_MAX_QUEUE_SIZE?: number;

  @Variable('How many spans are sent in one call at most.', { fallback: '2048' })
  @IsOptional()
  @Integer()
  @IsInt()
  @Min(1)
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE?: number;
}
