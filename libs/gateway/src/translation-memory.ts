import { Injectable } from '@nestjs/common';
import {
  healingWarning,
  healRequest,
  type MessagesRequest,
  reasoningItems,
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

  /** The body without what this upstream model has refused before, and what the client loses by it. */
  heal(
    target: Target,
    request: MessagesRequest,
    body: JsonBody,
  ): { readonly body: JsonBody; readonly warnings: readonly Warning[] } {
    const warnings: Warning[] = [];
    let healed = body;
    for (const finding of this.findings.get(keyOf(target)) ?? []) {
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
    return (this.findings.get(keyOf(target)) ?? []).some((finding) => {
      const { param, maximum } = finding;
      const value = memberAt(body, param.split('.'));
      if (maximum !== undefined) return typeof value === 'number' && value > maximum;
      return value !== undefined && value !== null && !isSupported(body, finding);
    });
  }

  /** Not of reasoning that cannot be decrypted: that is one request's own, and no reason to take it from all others. */
  learn(target: Target, finding: UnsupportedParameter): void {
    if (finding.param === reasoningItems) return;
    const key = keyOf(target);
    this.findings.set(key, [...(this.findings.get(key) ?? []), finding].slice(-20));
  }

  /** Azure sends some reasoning only at the end of a stream, after its signature has gone out: kept for the next turn. */
  keepReasoning(items: ReadonlyMap<string, string>): void {
    for (const [id, encrypted] of items) this.reasoning.set(id, encrypted);
  }

  readonly recallReasoning: RecallReasoning = (id) => this.reasoning.get(id);
}

function keyOf({ config, model }: Target): string {
  return `${config.name}\n${model.model}`;
}

function isSupported(body: JsonBody, { param, supportedValues = [] }: UnsupportedParameter): boolean {
  const value = memberAt(body, param.split('.'));
  return typeof value === 'string' && supportedValues.includes(value);
}

function memberAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? memberAt((value as JsonBody)[name], rest)
    : undefined;
}
