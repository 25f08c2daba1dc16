/** Who asks. The seam for tenants, virtual keys and budgets: everything that differs by key belongs here. */
export interface Caller {
  /** Fingerprint of the key; what rows and log lines say of it. Never the key. */
  readonly keyId: string;
  /** Keys of the same owner, this one included, so that a job outlives the rotation of the key that sent it. */
  readonly ownedKeyIds: readonly string[];
}
