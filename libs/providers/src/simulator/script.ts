import { extractPromptDirectives, readDirectivePairs } from './directive-pairs.js';
import { parseDirectives, type Directives } from './directives.js';
import type { Prompt } from './prompt.js';
import type { RecordedRequest } from './recorder.js';

/** How one request is answered: directives as text (`'status=529 retry-after=2'`) or as an object. */
export type SimulatorStep = string | Directives;

/** Consulted for every request, model lists and token counts included; `undefined` leaves it to the next in line. */
export type SimulatorMatcher = (request: RecordedRequest) => SimulatorStep | undefined;

const mostRemembered = 1000;

/** Decides who says how a request is answered: a queued step, then a matcher, then the header, over the prompt. */
export class Script {
  private queue: { readonly step: Directives; left: number }[] = [];
  private matchers: SimulatorMatcher[] = [];
  /** Uses of a `times=` directive, by its text. */
  private used = new Map<string, number>();

  /** Throws an `Error` on a directive that it does not understand. */
  add(script: SimulatorMatcher | SimulatorStep | readonly SimulatorStep[]): void {
    if (typeof script === 'function') {
      this.matchers.unshift(script);
      return;
    }
    for (const given of [script].flat()) {
      const step = typeof given === 'string' ? parseDirectives(given) : given;
      this.queue.push({ step, left: step.times ?? 1 });
    }
  }

  reset(): void {
    this.queue = [];
    this.matchers = [];
    this.used.clear();
  }

  /**
   * The directives for a request. Queued steps are spent on generations alone; the prompt is not given for other operations.
   * Throws an `Error` on a directive that it does not understand.
   */
  directivesFor(request: RecordedRequest, prompt: Prompt | undefined): Directives {
    const queued = prompt ? this.takeQueued() : undefined;
    if (queued) return queued;
    for (const matcher of this.matchers) {
      const step = matcher(request);
      if (step !== undefined) return typeof step === 'string' ? parseDirectives(step) : step;
    }
    const header = request.headers['x-simulator'];
    const fromHeader = parseDirectives(readDirectivePairs([header ?? ''].flat().join(';')));
    return { ...this.fromPrompt(prompt), ...this.unlessUsedUp(fromHeader, `header ${String(header)}`) };
  }

  private takeQueued(): Directives | undefined {
    const first = this.queue[0];
    if (!first) return undefined;
    first.left -= 1;
    if (first.left <= 0) this.queue.shift();
    return first.step;
  }

  /** A prompt's directives answer one turn each; those whose `times` are used up make way for the next of them. */
  private fromPrompt(prompt: Prompt | undefined): Directives {
    if (!prompt) return {};
    for (const pairs of extractPromptDirectives(prompt.text).directives.slice(prompt.turn)) {
      const directives = parseDirectives(pairs);
      if (directives.times === undefined || this.hasUsesLeft(directives.times, JSON.stringify(pairs)))
        return directives;
    }
    return {};
  }

  private unlessUsedUp(directives: Directives, key: string): Directives {
    return directives.times === undefined || this.hasUsesLeft(directives.times, key) ? directives : {};
  }

  private hasUsesLeft(times: number, key: string): boolean {
    const used = this.used.get(key) ?? 0;
    if (used >= times) return false;
    if (this.used.size >= mostRemembered) this.used.delete([...this.used.keys()][0] ?? '');
    this.used.set(key, used + 1);
    return true;
  }
}
