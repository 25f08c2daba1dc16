import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUrl, Length, Matches, Max, Min } from 'class-validator';
import { IsEndpoint } from './endpoint.validator.js';
import { Integer } from './integer.decorator.js';
import { Variable } from './variable.decorator.js';

const origins = '$property must be origins such as https://app.example.com, separated by commas';

/** It travels in a header. White space around it is what files and shells leave there, as in a route file's keys. */
const UpstreamKey = (): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    Matches(/^[\x21-\x7e]+$/, { message: '$property must be printable ASCII without spaces' }),
  );

/** The product's own variables, and those of the AWS SDK and ECS that it reads. */
export class ProductEnvironment {
  @Variable('Kind of environment. `development` prints logs for people instead of JSON.', { fallback: 'production' })
  @IsIn(['development', 'production', 'test'])
  NODE_ENV: 'development' | 'production' | 'test' = 'production';

  @Variable('Lowest level that is logged.', { fallback: 'info' })
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  LOG_LEVEL = 'info';

  @Variable(
    '`*` or `claude-proxy` lowers LOG_LEVEL to debug. Libraries log only if they are named, as in `express:*`; their lines may hold query strings.',
  )
  @IsOptional()
  @IsString()
  DEBUG?: string;

  @Variable('Name of the deployment, such as staging, in log lines, metrics and traces.', {
    fallback: 'NODE_ENV',
  })
  @IsOptional()
  @Matches(/^[\w.-]{1,64}$/, { message: '$property must be a short name such as staging' })
  DEPLOYMENT_ENVIRONMENT?: string;

  @Variable('Port of the API.', { fallback: '8080' })
  @Integer()
  @IsInt()
  @Min(1024)
  @Max(65535)
  PORT = 8080;

  @Variable("Port of the worker's health endpoints.", { fallback: '8081' })
  @Integer()
  @IsInt()
  @Min(1024)
  @Max(65535)
  WORKER_PORT = 8081;

  @Variable('The key that clients send, 32 to 256 characters. Required by the API.', { secret: true })
  @IsOptional()
  @Length(32, 256, { message: '$property must have 32 to 256 characters' })
  @Matches(/^[\x21-\x7e]*$/, { message: '$property must be printable ASCII without spaces' })
  PROXY_API_KEY?: string;

  @Variable('A second key that is accepted as well, so that keys can be rotated without downtime.', { secret: true })
  @IsOptional()
  @Length(32, 256, { message: '$property must have 32 to 256 characters' })
  @Matches(/^[\x21-\x7e]*$/, { message: '$property must be printable ASCII without spaces' })
  PROXY_API_KEY_PREVIOUS?: string;

  @Variable('Key for Anthropic. Setting it makes Anthropic an upstream.', { secret: true })
  @IsOptional()
  @UpstreamKey()
  ANTHROPIC_API_KEY?: string;

  @Variable('Base URL of Anthropic or of a server that speaks its Messages API.', {
    fallback: 'https://api.anthropic.com',
  })
  @IsEndpoint()
  ANTHROPIC_BASE_URL = 'https://api.anthropic.com';

  @Variable('Azure OpenAI resource, for example https://NAME.openai.azure.com. Needs AZURE_OPENAI_MODEL too.')
  @IsOptional()
  @IsEndpoint()
  AZURE_OPENAI_ENDPOINT?: string;

  @Variable('Key of the Azure OpenAI resource.', { secret: true })
  @IsOptional()
  @UpstreamKey()
  AZURE_OPENAI_API_KEY?: string;

  @Variable('A Microsoft Entra access token, instead of the key. It is not renewed.', { secret: true })
  @IsOptional()
  @UpstreamKey()
  AZURE_OPENAI_AD_TOKEN?: string;

  @Variable('Name of the Azure deployment that answers.')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  AZURE_OPENAI_MODEL?: string;

  @Variable(
    'The model behind the deployment, for example gpt-5.4: the name of a deployment does not tell what it can do.',
    {
      fallback: 'AZURE_OPENAI_MODEL',
    },
  )
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  AZURE_OPENAI_BASE_MODEL?: string;

  @Variable('Selects the classic deployment paths with this api-version; without it the v1 path is used.')
  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}(-preview)?$/, { message: '$property must look like 2024-10-21 or 2025-04-01-preview' })
  AZURE_OPENAI_API_VERSION?: string;

  @Variable('Key for OpenAI. Setting it makes OpenAI an upstream.', { secret: true })
  @IsOptional()
  @UpstreamKey()
  OPENAI_API_KEY?: string;

  @Variable('Base URL of OpenAI, with its /v1.', { fallback: 'https://api.openai.com/v1' })
  @IsEndpoint()
  OPENAI_BASE_URL = 'https://api.openai.com/v1';

  @Variable(
    "The OpenAI model that answers requests to OpenAI for names that are not its own, such as claude-*; without it, those names are sent. OpenAI's own (gpt-*, chatgpt-*, codex-*, ft:gpt-*, o1*, o3*, o4*) are always sent unchanged.",
  )
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  OPENAI_MODEL?: string;

  @Variable('Base URL of any OpenAI-compatible server (vLLM, Ollama, DeepSeek …), with its /v1.')
  @IsOptional()
  @IsEndpoint()
  OPENAI_COMPATIBLE_BASE_URL?: string;

  @Variable('Key of the OpenAI-compatible server, if it needs one.', { secret: true })
  @IsOptional()
  @UpstreamKey()
  OPENAI_COMPATIBLE_API_KEY?: string;

  @Variable(
    "The model that answers every request to the OpenAI-compatible server, whatever name a client asks for; without it, the client's name is sent.",
  )
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  OPENAI_COMPATIBLE_MODEL?: string;

  @Variable(
    'Path of the route file (YAML): targets, routes, prices, retries. See gateway-config.example.yaml. Read again on SIGHUP and when it changes.',
  )
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  GATEWAY_CONFIG?: string;

  @Variable(
    'The text of the route file itself, instead of GATEWAY_CONFIG, for platforms where no file can be mounted. Read only at start.',
  )
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  GATEWAY_CONFIG_YAML?: string;

  @Variable(
    'Supabase project URL. Together with SUPABASE_SERVICE_ROLE_KEY and SQS_QUEUE_URL it turns durable requests on.',
  )
  @IsOptional()
  @IsEndpoint()
  SUPABASE_URL?: string;

  @Variable('Supabase service role key.', { secret: true })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  SUPABASE_SERVICE_ROLE_KEY?: string;

  @Variable('URL of the SQS queue that carries job ids.')
  @IsOptional()
  @IsEndpoint()
  SQS_QUEUE_URL?: string;

  @Variable('URL of the dead-letter queue, watched by the health check.')
  @IsOptional()
  @IsEndpoint()
  SQS_DLQ_URL?: string;

  @Variable('AWS region of the queue.', { fallback: 'us-east-1' })
  @Matches(/^[a-z]{2}(-[a-z]+)+-\d$/, { message: '$property must be a region such as eu-central-1' })
  AWS_REGION = 'us-east-1';

  @Variable("Another SQS endpoint, such as a local one; the AWS SDK's own variable.")
  @IsOptional()
  @IsEndpoint()
  AWS_ENDPOINT_URL_SQS?: string;

  @Variable('Origins that browsers may call from, separated by commas; none by default.')
  @IsOptional()
  @IsUrl(
    { require_tld: false, require_protocol: true, protocols: ['http', 'https'], allow_fragments: false },
    { each: true, message: origins },
  )
  @Matches(/^\w+:\/\/[^/?#@]+$/, { each: true, message: origins })
  @Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',').map((origin) => origin.trim().replace(/\/$/, '')) : value,
  )
  CORS_ORIGINS: string[] = [];

  @Variable('Requests a minute from one client address, of IPv6 from one /64, per replica; 0 means no limit.', {
    fallback: '600',
  })
  @Integer()
  @IsInt()
  @Min(0)
  THROTTLE_IP_PER_MINUTE = 600;

  @Variable('Requests a minute with one key, per replica; 0 means no limit.', { fallback: '0' })
  @Integer()
  @IsInt()
  @Min(0)
  THROTTLE_KEY_PER_MINUTE = 0;

  @Variable('Requests a minute from all clients with a key together, per replica; 0 means no limit.', { fallback: '0' })
  @Integer()
  @IsInt()
  @Min(0)
  THROTTLE_GLOBAL_PER_MINUTE = 0;

  @Variable(
    "Number of proxies in front of the API (CloudFront and ALB: 2); decides which address counts as the client's. Too high a number lets clients choose their address.",
    {
      fallback: '0',
    },
  )
  @Integer()
  @IsInt()
  @Min(0)
  @Max(10)
  TRUST_PROXY = 0;

  @Variable(
    'Seconds after SIGTERM in which the API still accepts requests, while a load balancer takes it out of service.',
    {
      fallback: '0',
    },
  )
  @Integer()
  @IsInt()
  @Min(0)
  @Max(300)
  SHUTDOWN_DELAY_SECONDS = 0;

  @Variable(
    'Seconds that open answers and running jobs have to finish after SIGTERM; in the API they begin when SHUTDOWN_DELAY_SECONDS are over.',
    { fallback: '25' },
  )
  @Integer()
  @IsInt()
  @Min(1)
  @Max(3600)
  SHUTDOWN_DEADLINE_SECONDS = 25;

  @Variable(
    'Directory for usage rows that wait for a database that is away. Without it they wait in memory, which a crash takes along; what does not fit is dropped, and the log says so. Use a disk that outlives the process.',
  )
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  USAGE_SPOOL_DIR?: string;

  @Variable('How many jobs one worker runs at a time.', { fallback: '8' })
  @Integer()
  @IsInt()
  @Min(1)
  @Max(100)
  WORKER_CONCURRENCY = 8;

  @Variable('Seconds without a sign of life from its worker after which another worker may take a job over.', {
    fallback: '60',
  })
  @Integer()
  @IsInt()
  @Min(2)
  @Max(900)
  JOB_LEASE_SECONDS = 60;

  @Variable('How many times a job is tried before it counts as failed.', { fallback: '5' })
  @Integer()
  @IsInt()
  @Min(1)
  @Max(20)
  JOB_MAX_ATTEMPTS = 5;

  @Variable(
    'How many days a finished job is kept, prompt and answer included; then it is deleted, and asking for it is a 404. 0 keeps all for ever.',
    { fallback: '30' },
  )
  @Integer()
  @IsInt()
  @Min(0)
  @Max(3650)
  JOB_RETENTION_DAYS = 30;

  @Variable('How many days usage rows stay in the ledger; older ones are deleted. 0 keeps all for ever.', {
    fallback: '0',
  })
  @Integer()
  @IsInt()
  @Min(0)
  @Max(3650)
  USAGE_RETENTION_DAYS = 0;

  @Variable("Resident memory in MB above which the health check reports down; 0 means 90 % of the container's limit.", {
    fallback: '0',
  })
  @Integer()
  @IsInt()
  @Min(0)
  HEALTH_MEMORY_LIMIT_MB = 0;

  @Variable(
    'Port on which the API serves /metrics without a key, for a scraper in the private network. Unset, /metrics is on PORT and needs the key. The worker serves it on WORKER_PORT.',
  )
  @IsOptional()
  @Integer()
  @IsInt()
  @Min(1024)
  @Max(65535)
  METRICS_PORT?: number;

  @Variable(
    'Whether metrics are logged once a minute in the embedded metric format, from which CloudWatch reads them. Unset, they are logged only on ECS.',
  )
  @IsOptional()
  @IsIn(['true', 'false'])
  METRICS_EMF?: 'true' | 'false';

  @Variable('Set by ECS in its containers; its presence means that the log goes to CloudWatch.')
  @IsOptional()
  @IsString()
  ECS_CONTAINER_METADATA_URI_V4?: string;
}
