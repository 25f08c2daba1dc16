import { IsDefined, IsIn, IsObject, IsOptional, validateSync } from 'class-validator';
import type { Dialect } from '#wire';
import { IsMetadata } from './metadata.validator.js';

/** The dialects whose requests can be durable. */
const durableDialects = ['messages'] as const satisfies readonly Dialect[];

/** What is around a durable request; the request itself is read by the gateway, like any other. */
export class EnqueueEnvelope {
  /** Its bytes, unread. */
  @IsDefined({ message: 'request: Field required' })
  request?: Buffer;

  @IsOptional()
  @IsMetadata()
  @IsObject({ message: 'metadata: Input should be an object' })
  metadata?: Readonly<Record<string, unknown>>;

  @IsOptional()
  @IsIn(durableDialects, {
    message: `dialect: Input should be ${durableDialects.map((name) => `'${name}'`).join(', ')}`,
  })
  dialect?: (typeof durableDialects)[number];

  /** What is wrong with it, each a sentence that begins with the member's name. */
  problems(): string[] {
    return validateSync(this, { stopAtFirstError: true }).flatMap(({ constraints }) =>
      Object.values(constraints ?? {}),
    );
  }
}
