import { Injectable } from '@nestjs/common';
import { healRequest, type RecallReasoning, type UnsupportedParameter } from '#wire';
import { ExpiringMap } from './expiring-map.js';
import type { Target } from './router.js';

const healingMs = 6 * 3_600_000;
const reasoningMs = 30 * 60_000;

/** What translation learns from one request for the next. All of it may be forgotten without harm. */
@Injectable()
export class TranslationMemory {
  private readonly findings = new ExpiringMap<readonly UnsupportedParameter[]>(1000, healingMs);
  private readonly reasoning = new ExpiringMap<string>(10_000, reasoningMs);

  /** The body without what this upstream model has refused before. */
  heal(target: Target, body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return (this.findings.get(keyOf(target)) ?? []).reduce((healed, finding) => healRequest(healed, finding) ?? healed, body);
  }

  learn(target: Target, finding: UnsupportedParameter): void {
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
