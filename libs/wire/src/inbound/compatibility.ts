import type { Warning } from '../warning.js';
import { anthropicRows } from './anthropic-rows.js';
import { clientRows } from './client-rows.js';

/** What becomes of the fields of the other dialects in a canonical request; docs/compatibility.md is rendered from it. */
export const inboundCompatibility = [...clientRows, ...anthropicRows] as const;

/** Every code that this side of the translation may warn with. */
export type InboundWarningCode = Extract<(typeof inboundCompatibility)[number], { warning: string }>['warning'];

export function inboundWarning(code: InboundWarningCode, path: string): Warning {
  return { code, path };
}
