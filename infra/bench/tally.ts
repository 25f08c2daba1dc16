import type { AnswerReader } from './answer-reader.js';
import type { LoadJob, LoadResult } from './load-job.js';
import { quantiles } from './quantiles.js';

/** Looks at each answer, and counts. */
export class Tally {
  private readonly latencies: number[] = [];
  private readonly firstBytes: number[] = [];
  private readonly gaps: number[] = [];
  private readonly broken: Record<string, number> = {};
  /** Of the first answer; the upstream's are all the same, so all must be that long. */
  private bodyBytes: number | undefined;
  private readonly startedMs = performance.now();

  constructor(private readonly job: LoadJob) {}

  answer(answer: AnswerReader, latencyMs: number, firstByteMs: number, longestGapMs: number): void {
    const { expected } = this.job;
    this.latencies.push(latencyMs);
    this.firstBytes.push(firstByteMs);
    this.gaps.push(longestGapMs);
    if (answer.status !== expected.status) this.broke(`status ${answer.status}`);
    else if (!answer.tail.includes(expected.marker)) this.broke('not whole');
    else if (answer.bodyBytes !== (this.bodyBytes ??= answer.bodyBytes)) this.broke('length');
  }

  broke(how: string): void {
    this.broken[how] = (this.broken[how] ?? 0) + 1;
  }

  result(): LoadResult {
    return {
      id: this.job.id,
      answered: this.latencies.length,
      broken: this.broken,
      seconds: (performance.now() - this.startedMs) / 1000,
      bodyBytes: this.bodyBytes ?? 0,
      latencyMs: quantiles(this.latencies),
      firstByteMs: quantiles(this.firstBytes),
      longestGapMs: quantiles(this.gaps),
    };
  }
}
