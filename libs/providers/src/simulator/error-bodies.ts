import type { Vendor } from './endpoint.js';

/** An error answer before it has a request id. */
export interface VendorError {
  readonly vendor: Vendor;
  readonly status: number;
  readonly type: string | null;
  readonly code: string | null;
  readonly param: string | null;
  readonly message: string;
}

export interface ErrorDetails {
  readonly type?: string;
  readonly code?: string | null;
  readonly param?: string;
  readonly message?: string;
}

type ErrorRow = readonly [type: string | null, code: string | null, message: string];

const anthropicRows: Readonly<Record<number, ErrorRow>> = {
  400: ['invalid_request_error', null, 'messages: the simulator was told to refuse this request'],
  401: ['authentication_error', null, 'invalid x-api-key'],
  402: [
    'billing_error',
    null,
    'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  ],
  403: ['permission_error', null, 'Your API key does not have permission to use the specified resource.'],
  404: ['not_found_error', null, 'Not found'],
  405: ['invalid_request_error', null, 'Method Not Allowed'],
  408: ['timeout_error', null, 'Request timed out'],
  409: ['conflict_error', null, 'The request conflicts with the current state of the resource'],
  413: [
    'request_too_large',
    null,
    'Request exceeds the maximum allowed number of bytes. The maximum request size is 32 MB.',
  ],
  429: [
    'rate_limit_error',
    null,
    "This request would exceed your organization's rate limit of 50 requests per minute. For details, refer to: https://docs.claude.com/en/api/rate-limits.",
  ],
  500: ['api_error', null, 'Internal server error'],
  502: ['api_error', null, 'Bad gateway'],
  503: ['api_error', null, 'Service unavailable'],
  504: ['timeout_error', null, 'Gateway timeout'],
  529: ['overloaded_error', null, 'Overloaded'],
};

const openaiRows: Readonly<Record<number, ErrorRow>> = {
  400: ['invalid_request_error', null, 'The simulator was told to refuse this request.'],
  401: [
    'invalid_request_error',
    'invalid_api_key',
    'Incorrect API key provided: invalid-key. You can find your API key at https://platform.openai.com/account/api-keys.',
  ],
  402: [
    'insufficient_quota',
    'insufficient_quota',
    'You exceeded your current quota, please check your plan and billing details.',
  ],
  403: ['request_forbidden', 'unsupported_country_region_territory', 'Country, region, or territory not supported'],
  404: ['invalid_request_error', 'model_not_found', 'The model does not exist or you do not have access to it.'],
  408: ['timeout', 'timeout', 'Request timed out.'],
  409: ['invalid_request_error', 'conflict', 'The resource was updated by another request.'],
  413: ['invalid_request_error', 'request_too_large', 'Maximum content size limit exceeded.'],
  429: [
    'requests',
    'rate_limit_exceeded',
    'Rate limit reached for requests in organization org-simulator on requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in 120ms. Visit https://platform.openai.com/account/rate-limits to learn more.',
  ],
  500: ['server_error', null, 'The server had an error while processing your request. Sorry about that!'],
  502: ['server_error', null, 'Bad gateway.'],
  503: ['server_error', 'server_is_overloaded', 'The engine is currently overloaded, please try again later.'],
  504: ['server_error', null, 'Gateway timeout.'],
  529: ['server_error', 'server_is_overloaded', 'The engine is currently overloaded, please try again later.'],
};

/** Azure's gateway writes the status as a string into `code` and leaves `type` out. */
const azureRows: Readonly<Record<number, ErrorRow>> = {
  400: ['invalid_request_error', null, 'The simulator was told to refuse this request.'],
  401: [
    null,
    '401',
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
  ],
  403: [null, '403', 'Access denied due to Virtual Network/Firewall rules.'],
  404: [null, '404', 'Resource not found'],
  408: [null, 'Timeout', 'The operation was timeout.'],
  413: [null, '413', 'The request body is too large.'],
  429: [
    null,
    '429',
    'Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 1 second.',
  ],
  500: [
    null,
    'InternalServerError',
    'The server had an error processing your request. Sorry about that! You can retry your request, or contact us through an Azure support request if you keep seeing this error.',
  ],
  503: [
    null,
    'ServiceUnavailable',
    'The service is temporarily unable to process your request. Please try again later.',
  ],
  504: [null, 'GatewayTimeout', 'The gateway did not receive a response in time.'],
};

const rows = { anthropic: anthropicRows, openai: openaiRows, azure: azureRows };

/** OpenAI and Azure words for what a script may name in `code=` alone. */
const knownCodes: Readonly<
  Record<string, { readonly type: string | null; readonly message: string; readonly param?: string }>
> = {
  insufficient_quota: {
    type: 'insufficient_quota',
    message:
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
  },
  context_length_exceeded: {
    type: 'invalid_request_error',
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 150000 tokens. Please reduce the length of the messages.",
    param: 'messages',
  },
  content_filter: {
    type: null,
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
    param: 'prompt',
  },
  DeploymentNotFound: {
    type: null,
    message:
      'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
  },
  model_not_found: {
    type: 'invalid_request_error',
    message: 'The model does not exist or you do not have access to it.',
  },
};

/** The vendor's usual error for a status, with what the caller knows better. */
export function vendorError(vendor: Vendor, status: number, details: ErrorDetails = {}): VendorError {
  const known = vendor === 'anthropic' ? undefined : knownCodes[details.code ?? ''];
  const fallback: ErrorRow = [status < 500 ? 'invalid_request_error' : 'api_error', null, `HTTP ${status}`];
  const [type, code, message] = rows[vendor][status] ?? openaiRows[status] ?? fallback;
  return {
    vendor,
    status,
    type: details.type ?? (known ? known.type : type),
    code: details.code === undefined ? code : details.code,
    param: details.param ?? known?.param ?? null,
    message: details.message ?? known?.message ?? message,
  };
}

export function isVendorError(answer: object): answer is VendorError {
  return 'vendor' in answer && 'status' in answer;
}

export function errorBody(error: VendorError, requestId: string): object {
  if (error.vendor === 'anthropic') {
    const details = error.code === null ? null : { error_code: error.code };
    return { type: 'error', error: { details, type: error.type, message: error.message }, request_id: requestId };
  }
  const { message, type, param, code } = error;
  if (code === 'content_filter') {
    const innererror = { code: 'ResponsibleAIPolicyViolation', content_filter_result: filteredCategories };
    return { error: { message, type, param, code, status: error.status, innererror } };
  }
  if (error.vendor === 'azure' && type === null) return { error: { code, message } };
  return { error: { message, type, param, code } };
}

const filteredCategories = {
  hate: { filtered: false, severity: 'safe' },
  jailbreak: { filtered: false, detected: false },
  self_harm: { filtered: false, severity: 'safe' },
  sexual: { filtered: false, severity: 'safe' },
  violence: { filtered: true, severity: 'high' },
};
