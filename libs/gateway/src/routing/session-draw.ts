import type { Draw } from './order-targets.js';

/** Draws that are the same whenever and in whichever process a session asks, and as good as chance over all sessions. */
export function sessionDraw(session: string): Draw {
  const begun = fnv1a(session, 0x811c9dc5);
  return (label) => (mixed(fnv1a(`\n${label}`, begun)) + 0.5) / 2 ** 32;
}

/** FNV-1a over UTF-16 units: a microsecond for a session id, where SHA-256 takes several. Nothing here is a secret. */
function fnv1a(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** MurmurHash3's last step: FNV's low bits alone depend on all of the text, and here the high ones count. */
function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
