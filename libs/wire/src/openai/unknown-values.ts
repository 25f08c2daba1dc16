import type { MessagesRequest } from '../messages/messages.js';
import { isObject } from '../json-object.js';
import type { Warning } from '../warning.js';
import { warning, type WarningCode } from './compatibility.js';

interface Option {
  /** Where it stands, if not in the request itself. */
  readonly owner?: 'output_config' | 'thinking';
  readonly member: string;
  /** The values that a translation understands. */
  readonly values: ReadonlySet<unknown>;
  readonly code: WarningCode;
}

const options: readonly Option[] = [
  {
    owner: 'output_config',
    member: 'effort',
    values: new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']),
    code: 'effort_dropped',
  },
  {
    owner: 'thinking',
    member: 'type',
    values: new Set(['enabled', 'adaptive', 'between_tools', 'disabled']),
    code: 'effort_dropped',
  },
  { member: 'service_tier', values: new Set(['auto', 'standard_only']), code: 'service_tier_dropped' },
  { member: 'speed', values: new Set(['standard', 'fast']), code: 'speed_dropped' },
];

/** A warning for every option whose value is younger than the gateway, or a mistake: it says nothing to the model then. */
export function unknownValues(request: MessagesRequest): Warning[] {
  return options.flatMap(({ owner, member, values, code }) => {
    const holder: unknown = owner === undefined ? request : request[owner];
    const value = isObject(holder) ? holder[member] : undefined;
    if (value === undefined || value === null || values.has(value)) return [];
    return warning(code, owner === undefined ? member : `${owner}.${member}`);
  });
}
