import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Config, CONFIG } from '#config';
import type { Caller } from './caller.js';

/** The keys that clients may present: the current one and, while keys rotate, the previous one. Only digests are kept. */
@Injectable()
export class KeyRing {
  private readonly keys: readonly { readonly digest: Buffer; readonly caller: Caller }[];

  constructor(@Inject(CONFIG) config: Config) {
    const digests = config.proxyKeys.map((key) => digestOf(key.reveal()));
    const ownedKeyIds = digests.map(fingerprintOf);
    this.keys = digests.map((digest) => ({ digest, caller: { keyId: fingerprintOf(digest), ownedKeyIds } }));
  }

  /** The caller that the key belongs to. Compares digests, every one of them and in constant time, so that timing says nothing. */
  identify(key: string): Caller | undefined {
    const digest = digestOf(key);
    let found: Caller | undefined;
    for (const known of this.keys) {
      if (timingSafeEqual(known.digest, digest)) found = known.caller;
    }
    return found;
  }

  /** How a key is named in logs, whether it is known or not. */
  static fingerprint(key: string): string {
    return fingerprintOf(digestOf(key));
  }
}

function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function fingerprintOf(digest: Buffer): string {
  return `key_${digest.toString('hex', 0, 6)}`;
}
