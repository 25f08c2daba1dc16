import {
  type AnswerTap,
  askForUsage,
  ChatUsageTap,
  errorFromAnthropic,
  errorFromUpstream,
  type GatewayError,
  MessagesStreamFormatter,
  ResponsesUsageTap,
  spliceModel,
  stopReasonFromChatBody,
  stopReasonFromResponsesBody,
  type StopReason,
  UnaskedUsage,
  type UpstreamDialect,
  usageFromChatBody,
  usageFromMessageBody,
  usageFromResponsesBody,
  UsageTap,
  type Warning,
  withoutOwnBlocks,
  withoutStream,
} from '#wire';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import type { UpstreamFailure } from '../upstream-dialect.js';
import type { AnswerReport } from './exchange.js';
import { WholeEvents } from './whole-events.js';

/** Lets through whole events alone, and what of them the client asked for. */
export interface RelayFilter {
  push(chunk: Uint8Array): Uint8Array | undefined;
  /** What is left when the upstream has ended. */
  end(): Uint8Array | undefined;
}

/** What differs by dialect where a request passes through in the client's own words. */
interface Asked {
  readonly body: Uint8Array;
  /** What the edits have left out. */
  readonly warnings?: readonly Warning[];
  /** Of what comes back for it. */
  readonly filter: () => RelayFilter;
}

export interface OwnWords {
  /** The client's bytes, edited where they must be. */
  ask(inbound: Inbound, target: Target): Asked;
  tap(model: string): AnswerTap;
  report(answer: Readonly<Record<string, unknown>>): AnswerReport;
  failure(failure: UpstreamFailure, model: string): GatewayError;
  /** An error event in the stream. */
  fail(errorBody: unknown): string;
}

const messages: OwnWords = {
  ask: (inbound, target) => {
    const warnings: Warning[] = [];
    // Anthropic refuses what it has not signed itself, and what we have minted is in the history after a change of model.
    const body = withoutOwnBlocks(requestTo(inbound, target), warnings);
    return { body, warnings, filter: () => new WholeEvents() };
  },
  tap: () => new UsageTap(),
  report: (answer) => ({
    usage: usageFromMessageBody(answer),
    stopReason: (answer.stop_reason ?? undefined) as StopReason | undefined,
    model: modelOf(answer),
  }),
  failure: errorFromAnthropic,
  fail: (errorBody) => new MessagesStreamFormatter().fail(errorBody),
};

const chat: OwnWords = {
  ask: (inbound, target) => {
    const { body, added } = askForUsage(requestTo(inbound, target));
    return { body, filter: () => (added ? new UnaskedUsage() : new WholeEvents()) };
  },
  tap: (model) => new ChatUsageTap(model),
  report: (answer) => ({
    usage: usageFromChatBody(answer),
    stopReason: stopReasonFromChatBody(answer),
    model: modelOf(answer),
  }),
  failure: (failure, model) => errorFromUpstream({ ...failure, model }),
  fail: (errorBody) => `data: ${JSON.stringify(errorBody)}\n\n`,
};

const responses: OwnWords = {
  ask: (inbound, target) => ({ body: requestTo(inbound, target), filter: () => new WholeEvents() }),
  tap: (model) => new ResponsesUsageTap(model),
  report: (answer) => ({
    usage: usageFromResponsesBody(answer),
    stopReason: stopReasonFromResponsesBody(answer),
    model: modelOf(answer),
  }),
  failure: (failure, model) => errorFromUpstream({ ...failure, model }),
  fail: (errorBody) => `event: error\ndata: ${JSON.stringify({ type: 'error', ...(errorBody as object) })}\n\n`,
};

export const ownWords: Readonly<Record<UpstreamDialect, OwnWords>> = { messages, chat, responses };

function requestTo(inbound: Inbound, { model }: Target): Buffer {
  const { body, json, stream } = inbound;
  // Nobody reads a job's answer as it comes.
  const asked = json.stream === true && !stream ? withoutStream(body) : body;
  return model.model === inbound.model ? asked : spliceModel(asked, model.model);
}

function modelOf({ model }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof model === 'string' ? model : undefined;
}
