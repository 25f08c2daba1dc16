import { IsDefined, IsIn, IsObject, IsOptional, validateSync } from 'class-validator';
import { type Dialect, dialects } from '#wire';
import { IsMetadata } from './metadata.validator.js';

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
  @IsIn(dialects, {
    message: `dialect: Input should be ${dialects.map((name) => `'${name}'`).join(', ')}`,
  })
  dialect?: Dialect;

  /** What is wrong with it, each a sentence that begins with the member's name. */
  problems(): string[] {
    return validateSync(this, { stopAtFirstError: true }).flatMap(({ constraints }) =>
      Object.values(constraints ?? {}),
    );
  }
}
