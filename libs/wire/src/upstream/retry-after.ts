import { headerIn, type UpstreamHeaders } from './upstream-headers.js';

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
const durationPart = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;
const wholeDuration = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
/** OpenAI writes "Please try again in 6m0s", Azure "Please retry after 6 seconds". */
const inWords = /(?:try again in|retry after) ((?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+|\d+(?:\.\d+)?(?= second))/i;

/**
 * Seconds to wait after a refused request, to the millisecond where the upstream is as exact, from whatever the upstream said of it; `undefined` if nothing.
 *
 * @param isRateLimit OpenAI sends the state of its limits with every answer: without a limit that is used up, only a rate limit's
 *   own refusal makes their resets a reason to wait.
 */
export function retryAfterOf(headers: UpstreamHeaders, message: string, isRateLimit: boolean): number | undefined {
  const exactMs = Number.parseFloat(headerIn(headers, 'retry-after-ms') ?? '');
  if (Number.isFinite(exactMs) && exactMs >= 0) return exactMs / 1000;
  return (
    secondsOrDate(headerIn(headers, 'retry-after')) ??
    exhaustedResetSeconds(headers, isRateLimit) ??
    durationSeconds(inWords.exec(message)?.[1])
  );
}

/** `retry-after` itself is seconds or an HTTP date. */
function secondsOrDate(value: string | undefined): number | undefined {
  const seconds = durationSeconds(value);
  if (seconds !== undefined || value === undefined) return seconds;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - Date.now()) / 1000));
}

/** The later reset of the limits that are used up; of all, if none says so and `orAll`. */
function exhaustedResetSeconds(headers: UpstreamHeaders, orAll: boolean): number | undefined {
  const resets: number[] = [];
  const exhausted: number[] = [];
  for (const kind of ['requests', 'tokens']) {
    const seconds = durationSeconds(headerIn(headers, `x-ratelimit-reset-${kind}`));
    if (seconds === undefined) continue;
    resets.push(seconds);
    if (headerIn(headers, `x-ratelimit-remaining-${kind}`) === '0') exhausted.push(seconds);
  }
  const relevant = exhausted.length > 0 || !orAll ? exhausted : resets;
  return relevant.length > 0 ? Math.max(...relevant) : undefined;
}

/** Seconds out of `6m0s`, `120ms` or `20`. */
function durationSeconds(text: string | undefined): number | undefined {
  const duration = text?.trim();
  if (duration === undefined || duration === '') return undefined;
  const bare = Number(duration);
  if (Number.isFinite(bare)) return bare < 0 ? undefined : bare;
  if (!wholeDuration.test(duration)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of duration.matchAll(durationPart))
    seconds += Number(amount) * (unitSeconds[unit ?? ''] ?? 0);
  return seconds;
}
