import { Injectable } from '@nestjs/common';
import {
  healingWarning,
  healRequest,
  isLastingRefusal,
  memberAt,
  type MessagesRequest,
  type RecallReasoning,
  type UnsupportedParameter,
  type Warning,
} from '#wire';
import { ExpiringMap } from './expiring-map.js';
import type { Target } from './router.js';

const healingMs = 6 * 3_600_000;
const reasoningMs = 30 * 60_000;
/** Some kilobytes are usual, megabytes possible. */
const mostReasoningCharacters = 32 * 1024 * 1024;

type JsonBody = Readonly<Record<string, unknown>>;

/** A refusal, as it is kept when the request has gone well without what was refused. */
export interface Lesson {
  readonly key: string;
  readonly finding: UnsupportedParameter;
}

interface Refused {
  readonly finding: UnsupportedParameter;
  /** The body of the 400. */
  readonly errorBody: string;
  /** What was to be said, before anything was left out of it. */
  readonly asked: JsonBody;
  /** What was sent. */
  readonly sent: JsonBody;
}

/** What translation learns from one request for the next. All of it may be forgotten without harm. */
@Injectable()
export class TranslationMemory {
  private readonly findings = new ExpiringMap<readonly UnsupportedParameter[]>({
    entries: 1000,
    lifetimeMs: healingMs,
  });
  private readonly reasoning = new ExpiringMap<string>({
    entries: 10_000,
    lifetimeMs: reasoningMs,
    weight: { most: mostReasoningCharacters, of: (encrypted) => encrypted.length },
  });

  /** The body without what this upstream model has refused before, or just `now`, and what the client loses by it. */
  heal(
    target: Target,
    request: MessagesRequest,
    body: JsonBody,
    now?: UnsupportedParameter,
  ): { readonly body: JsonBody; readonly warnings: readonly Warning[] } {
    const warnings: Warning[] = [];
    let healed = body;
    const known = this.findings.get(keyOf(target, body)) ?? [];
    for (const finding of now === undefined ? known : [...known, now]) {
      if (isSupported(healed, finding)) continue;
      const without = healRequest(healed, finding);
      const loss = without && healingWarning(finding, request);
      healed = without ?? healed;
      if (loss !== undefined) warnings.push(loss);
    }
    return { body: healed, warnings };
  }

  /** Whether the upstream model has refused something that is in this body of a client's. */
  hasRefused(target: Target, body: JsonBody): boolean {
    return (this.findings.get(keyOf(target, body)) ?? []).some((finding) => {
      const { param, maximum } = finding;
      const value = memberAt(body, param);
      if (maximum !== undefined) return typeof value === 'number' && value > maximum;
      return value !== undefined && value !== null && !isSupported(body, finding);
    });
  }

  /** What other requests may be spared by a refusal; undefined where it concerns this one alone. */
  lessonOf(target: Target, { finding, errorBody, asked, sent }: Refused): Lesson | undefined {
    return isLastingRefusal(errorBody, finding, sent) ? { key: keyOf(target, asked), finding } : undefined;
  }

  /** To be called when the request has gone well: until then nothing is proven. */
  learn({ key, finding }: Lesson): void {
    this.findings.set(key, [...(this.findings.get(key) ?? []), finding].slice(-20));
  }

  /** Azure sends some reasoning only at the end of a stream, after its signature has gone out: kept for the next turn. */
  keepReasoning(items: ReadonlyMap<string, string>): void {
    for (const [id, encrypted] of items) this.reasoning.set(id, encrypted);
  }

  readonly recallReasoning: RecallReasoning = (id) => this.reasoning.get(id);
}

/** An upstream model, and a shape of request: some parameters are refused beside reasoning, beside tools or without a stream alone. */
function keyOf({ config, model }: Target, body: JsonBody): string {
  const effort = body.reasoning_effort ?? memberAt(body, 'reasoning.effort');
  const reasons = typeof effort === 'string' ? effort !== 'none' : 'unsaid';
  const hasTools = Array.isArray(body.tools) && body.tools.length > 0;
  return `${config.name}\n${model.model}\n${reasons} ${hasTools} ${body.stream === true}`;
}

function isSupported(body: JsonBody, { param, supportedValues = [] }: UnsupportedParameter): boolean {
  const value = memberAt(body, param);
  return typeof value === 'string' && supportedValues.includes(value);
}
