import { hash } from 'node:crypto';

/** A key that somebody presents, or that is known: all that is kept of it. */
export class KeyDigest {
  readonly bytes: Buffer;
  private name: string | undefined;

  constructor(key: string) {
    this.bytes = hash('sha256', key, 'buffer');
  }

  /** How the key is named in logs, rows and limits, whether it is known or not. */
  get fingerprint(): string {
    this.name ??= `key_${this.bytes.toString('hex', 0, 6)}`;
    return this.name;
  }
}
