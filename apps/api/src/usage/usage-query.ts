import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ArrayUnique, IsIn, IsISO8601, IsOptional, Matches } from 'class-validator';
import { type UsageGroup, type UsageQuestion, usageGroups } from '#gateway';
import { GatewayError } from '#wire';

const moment = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const momentMessage = {
  message: 'a date such as 2026-11-01 (its midnight in UTC) or a time such as 2026-11-01T08:00:00Z is expected',
};

const dayMs = 24 * 60 * 60 * 1000;
const defaultDays = 30;
const mostDays = 366;
const lastYear = 9999;

/** `GET /api/usage?from=&to=&group_by=day,model&format=csv`, all of it optional. */
export class UsageQuery {
  @IsOptional()
  @Matches(moment, momentMessage)
  @IsISO8601({ strict: true }, momentMessage)
  from?: string;

  /** Not part of the span. */
  @IsOptional()
  @Matches(moment, momentMessage)
  @IsISO8601({ strict: true }, momentMessage)
  to?: string;

  /** Empty: one row in all. */
  @Transform(({ value }: { value: unknown }) => listed(value))
  @IsIn(usageGroups, { each: true, message: `any of ${usageGroups.join(', ')} are expected, separated by commas` })
  @ArrayUnique({ message: 'each may be named only once' })
  group_by: UsageGroup[] = ['day'];

  @IsOptional()
  @IsIn(['json', 'csv'], { message: 'json or csv is expected' })
  format?: 'json' | 'csv';

  /** Until now, from thirty days before, where the query does not say. Throws `GatewayError('invalid_request')`. */
  question(now: Date): UsageQuestion {
    const to = this.to === undefined ? now : new Date(this.to);
    const from = this.from === undefined ? midnight(to.getTime() - defaultDays * dayMs) : new Date(this.from);
    // A time zone can carry one over, and PostgreSQL reads no year of five digits.
    if (to.getUTCFullYear() > lastYear) throw problem('to', `no year is later than ${lastYear}`);
    if (from >= to) throw problem('to', 'it must be later than from');
    if (to.getTime() - from.getTime() > mostDays * dayMs)
      throw problem('from', `at most ${mostDays} days can be asked for`);
    return { from, to, groups: usageGroups.filter((group) => this.group_by.includes(group)) };
  }
}

/** Reads and validates the query; what is wrong with it is said like every other bad request. */
export class UsageQueryPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      exceptionFactory: ([error]) => {
        const path = error?.property ?? '';
        const [constraint, message = 'it is not valid'] = Object.entries(error?.constraints ?? {})[0] ?? [];
        return problem(path, constraint === 'whitelistValidation' ? 'there is no such parameter' : message);
      },
    });
  }

  // Named by hand: the class is a value here, and its metadata would not survive a type-only import.
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<UsageQuery> {
    return super.transform(value, { ...metadata, metatype: UsageQuery }) as Promise<UsageQuery>;
  }
}

function problem(path: string, message: string): GatewayError {
  return new GatewayError('invalid_request', `${path}: ${message}`, { path });
}

/** `a,b`, or the parameter given several times. */
function listed(value: unknown): unknown {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  return texts.flatMap((text) => (typeof text === 'string' ? text.split(',').filter((name) => name !== '') : [text]));
}

function midnight(timeMs: number): Date {
  return new Date(Math.floor(timeMs / dayMs) * dayMs);
}
