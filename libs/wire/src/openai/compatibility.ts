import type { Warning } from '../warning.js';
import { contentRows } from './content-rows.js';
import { parameterRows } from './parameter-rows.js';

/** What becomes of every field of the Messages API on an OpenAI upstream; docs/compatibility.md is rendered from it. */
export const compatibility = [...parameterRows, ...contentRows] as const;

/** Every code that a translation may warn with. One that has no row above does not compile. */
export type WarningCode = Extract<(typeof compatibility)[number], { warning: string }>['warning'];

export function warning(code: WarningCode, path: string): Warning {
  return { code, path };
}
