import type { UpstreamResponse } from '#providers';
import {
  GatewayError,
  healingWarning,
  healRequest,
  type UnsupportedParameter,
  unsupportedParameter,
  type UpstreamDialect,
  type Warning,
} from '#wire';
import { clientsRefusal } from '../clients-refusal.js';
import type { Inbound } from '../inbound.js';
import type { Target } from '../router.js';
import { estimateInputTokens } from '../token-estimate.js';
import { type UpstreamRequest, upstreamRequest } from '../upstream-dialect.js';
import type { Lesson, TranslationMemory } from '../translation-memory.js';
import { asUpstreams } from './as-upstreams.js';
import type { Exchange, ExchangeAnswer, Refusal } from './exchange.js';
import { PatientReader } from './patient-reader.js';
import { parseExactAnswer, readBody, readHead } from './read-body.js';
import { relayedHeaders } from './relayed-headers.js';
import { TranslatedStream } from './translated-stream.js';

/** What is asked of a target; the same however it is worded. */
interface Question {
  readonly inbound: Inbound;
  readonly target: Target;
  readonly dialect: UpstreamDialect;
  readonly upstream: UpstreamRequest;
  readonly memory: TranslationMemory;
}

interface Wording {
  readonly sent: Readonly<Record<string, unknown>>;
  /** What `sent` leaves out of the upstream's request. */
  readonly losses: readonly Warning[];
  /** To be learnt when it goes well. */
  readonly lessons: readonly Lesson[];
  /** It leaves out what this upstream has just refused. */
  readonly isHealed: boolean;
}

/** Any dialect to any other, by way of the canonical one. */
export class Translated implements Exchange {
  readonly sameDialect = false;
  readonly dialect: UpstreamDialect;
  readonly body: string;
  readonly warnings: readonly Warning[];

  private constructor(
    private readonly question: Question,
    private readonly wording: Wording,
  ) {
    const { inbound, dialect, upstream } = question;
    this.dialect = dialect;
    this.body = JSON.stringify(wording.sent);
    const { warnings, pathOf } = inbound.canonical();
    const ours = [...upstream.warnings, ...wording.losses];
    this.warnings = [...warnings, ...ours.map(({ code, path }) => ({ code, path: pathOf(path) }))];
  }

  /**
   * `refused` is what the upstream has refused of the client's own words, with what is to be learnt of it.
   * Throws `GatewayError('invalid_request')` where the request cannot be said in the target's dialect.
   */
  static from(
    inbound: Inbound,
    target: Target,
    dialect: UpstreamDialect,
    memory: TranslationMemory,
    refused?: { readonly finding: UnsupportedParameter; readonly lesson: Lesson | undefined },
  ): Translated {
    const { request } = inbound.canonical();
    const upstream = inClientsWords(inbound, () =>
      upstreamRequest(dialect, request, target.model, memory.recallReasoning),
    );
    const { body: sent, warnings: losses } = memory.heal(target, request, upstream.body, refused?.finding);
    const lessons = refused?.lesson === undefined ? [] : [refused.lesson];
    return new Translated({ inbound, target, dialect, upstream, memory }, { sent, losses, lessons, isHealed: false });
  }

  async plain(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const body = parseExactAnswer(await readBody(response.body));
    const { inbound, upstream } = this.question;
    const { message, usage, warnings, model } = asUpstreams(() => upstream.read(body));
    this.learn();
    const canonical = inbound.canonical();
    return {
      headers: { ...relayedHeaders(response.headers), 'content-type': 'application/json' },
      body: JSON.stringify(canonical.format(message)),
      warnings,
      fail: (errorBody) => canonical.formatter().fail(errorBody),
      report: () => ({ usage, stopReason: message.stop_reason ?? undefined, model }),
    };
  }

  async stream(response: UpstreamResponse): Promise<ExchangeAnswer> {
    const { inbound, upstream, memory } = this.question;
    const reader = upstream.reader();
    const canonical = inbound.canonical();
    const stream = new TranslatedStream(
      new PatientReader(response.body[Symbol.asyncIterator]()),
      reader,
      canonical.formatter(),
      () => estimateInputTokens(canonical.request),
    );
    await stream.begin();
    this.learn();
    return {
      headers: {
        ...relayedHeaders(response.headers),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      },
      body: stream.relay(),
      fail: (body) => stream.fail(body),
      report: () => {
        if (reader.lateReasoning !== undefined) memory.keepReasoning(reader.lateReasoning);
        return stream.report();
      },
    };
  }

  async refused(response: UpstreamResponse): Promise<Refusal> {
    const { status, headers } = response;
    const body = (await readHead(response.body)).toString('utf8');
    return { error: this.question.upstream.failure({ status, headers, body }), healed: this.healed(status, body) };
  }

  /** Once: an upstream that refuses the healed request as well is believed. */
  private healed(status: number, errorBody: string): Translated | undefined {
    const { inbound, target, upstream, memory } = this.question;
    const { sent, losses, lessons, isHealed } = this.wording;
    if (status !== 400 || isHealed) return undefined;
    const finding = unsupportedParameter(errorBody);
    const without = finding && healRequest(sent, finding);
    if (finding === undefined || without === undefined) return undefined;
    const lesson = memory.lessonOf(target, { finding, errorBody, asked: upstream.body, sent });
    const loss = healingWarning(finding, inbound.canonical().request);
    return new Translated(this.question, {
      sent: without,
      losses: loss === undefined ? losses : [...losses, loss],
      lessons: lesson === undefined ? lessons : [...lessons, lesson],
      isHealed: true,
    });
  }

  private learn(): void {
    for (const lesson of this.wording.lessons) this.question.memory.learn(lesson);
  }
}

function inClientsWords<T>(inbound: Inbound, translate: () => T): T {
  try {
    return translate();
  } catch (error) {
    throw error instanceof GatewayError ? clientsRefusal(error, inbound) : error;
  }
}
