/** What OpenAI's encrypted reasoning begins with. */
const cipherPrefix = 'gAAAAA';

export function encryptReasoning(thinking: string): string {
  return cipherPrefix + Buffer.from(`simulator:${thinking}`).toString('base64url');
}

/** Whether OpenAI could have written it; what other vendors or a gateway minted it cannot. */
export function acceptsCipher(encryptedContent: string): boolean {
  return encryptedContent.startsWith(cipherPrefix) && /^[A-Za-z0-9_=-]+$/.test(encryptedContent);
}
