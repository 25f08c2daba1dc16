import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Config, CONFIG } from '#config';
import type { Caller } from './caller.js';
import { KeyDigest } from './key-digest.js';

/** The keys that clients may present: the current one and, while keys rotate, the previous one. Only digests are kept. */
@Injectable()
export class KeyRing {
  private readonly keys: readonly { readonly digest: KeyDigest; readonly caller: Caller }[];

  constructor(@Inject(CONFIG) config: Config) {
    const digests = config.proxyKeys.map((key) => new KeyDigest(key.reveal()));
    const ownedKeyIds = digests.map(({ fingerprint }) => fingerprint);
    this.keys = digests.map((digest) => ({ digest, caller: { keyId: digest.fingerprint, ownedKeyIds } }));
  }

  /** The caller that the key belongs to. Compares digests, every one of them and in constant time, so that timing says nothing. */
  identify(presented: KeyDigest): Caller | undefined {
    let found: Caller | undefined;
    for (const { digest, caller } of this.keys) {
      if (timingSafeEqual(digest.bytes, presented.bytes)) found = caller;
    }
    return found;
  }
}
