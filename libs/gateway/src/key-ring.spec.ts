import { describe, expect, it } from '@jest/globals';
import { type Config, Secret } from '#config';
import { KeyDigest } from './key-digest.js';
import { KeyRing } from './key-ring.js';

const current = 'current-key-0123456789abcdef01234567';
const previous = 'previous-key-0123456789abcdef0123456';

function ring(...keys: string[]): KeyRing {
  return new KeyRing({ proxyKeys: keys.map((key) => new Secret(key)) } as unknown as Config);
}

describe('KeyRing', () => {
  it('knows the current and the previous key, each by its own fingerprint, as one owner', () => {
    const keys = ring(current, previous);
    const [byCurrent, byPrevious] = [keys.identify(new KeyDigest(current)), keys.identify(new KeyDigest(previous))];
    expect(byCurrent?.keyId).toMatch(/^key_[0-9a-f]{12}$/);
    expect(byCurrent?.keyId).not.toBe(byPrevious?.keyId);
    expect(byPrevious?.ownedKeyIds).toEqual([byCurrent?.keyId, byPrevious?.keyId]);
  });

  it.each(['', 'wrong', current.slice(0, -1), `${current} `, current.toUpperCase()])('does not know %p', (key) => {
    expect(ring(current).identify(new KeyDigest(key))).toBeUndefined();
  });

  it('shows nothing of a key', () => {
    expect(JSON.stringify(ring(current).identify(new KeyDigest(current)))).not.toContain(current.slice(0, 8));
    expect(new KeyDigest(current).fingerprint).toBe(ring(current).identify(new KeyDigest(current))?.keyId);
  });
});
