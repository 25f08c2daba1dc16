export { fromResponsesAnswer } from './from-response.js';
export { ResponsesStreamReader } from './from-stream.js';
export type { RecallReasoning } from './reasoning-items.js';
export { toResponsesRequest } from './to-request.js';
export { parseResponsesRequest, type ResponsesEcho } from './parse-request.js';
export { formatResponsesResponse } from './format-response.js';
export { ResponsesStreamFormatter } from './format-stream.js';
export { ResponsesUsageTap, stopReasonFromResponsesBody, usageFromResponsesBody } from './usage-tap.js';
