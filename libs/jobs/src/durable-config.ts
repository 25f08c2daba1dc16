import type { DurableConfig } from '#config';

/** Injection token of the `DurableConfig`; provided only where durable work is configured. */
export const DURABLE = Symbol('DurableConfig');

export type { DurableConfig };
