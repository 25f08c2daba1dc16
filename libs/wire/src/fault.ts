import { GatewayError } from './gateway-error.js';
import { isObject, type JsonObject } from './json-object.js';

/**
 * What is wrong with a client's value, and where, relative to the value that was looked at. Readers return it instead of
 * throwing so that paths are only put together for the rare request that is refused.
 */
export interface Fault {
  /** `content.0.text`; `''` for the value itself. */
  readonly path: string;
  /** Anthropic's wording: `Field required`. */
  readonly message: string;
}

/** The same fault, seen from one level further out. */
export function within(parent: string | number, fault: Fault): Fault {
  return { path: fault.path === '' ? String(parent) : `${parent}.${fault.path}`, message: fault.message };
}

/** The fault of a member that has to be there but is not what it should be. */
export function wrong(path: string, value: unknown, expected: string): Fault {
  return { path, message: value === undefined ? 'Field required' : `Input should be ${expected}` };
}

/** The error that the client gets for a fault. */
export function refuse(fault: Fault): GatewayError {
  const message = fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`;
  return new GatewayError('invalid_request', message, { path: fault.path });
}

export function requiredString(owner: JsonObject, key: string): Fault | undefined {
  const value = owner[key];
  if (typeof value !== 'string') return wrong(key, value, 'a valid string');
  return value === '' ? { path: key, message: 'String should have at least 1 character' } : undefined;
}

/** A string that may be empty but not absent. */
export function presentString(owner: JsonObject, key: string): Fault | undefined {
  const value = owner[key];
  return typeof value === 'string' ? undefined : wrong(key, value, 'a valid string');
}

/** The fault of a content part, at `path`, that has a type which cannot be read here. */
export function unreadable(path: string, part: JsonObject): Fault {
  const { type } = part;
  const fault =
    typeof type === 'string'
      ? { path: 'type', message: `Content of type '${type}' is not supported here` }
      : wrong('type', type, 'a valid string');
  return within(path, fault);
}

/** Absent, null, or of this JavaScript type. */
export function optional(
  owner: JsonObject,
  key: string,
  type: 'string' | 'number' | 'boolean' | 'object',
): Fault | undefined {
  const value = owner[key];
  if (value === undefined || value === null) return undefined;
  if (type === 'object' ? isObject(value) : typeof value === type) return undefined;
  return { path: key, message: `Input should be a valid ${type}` };
}

/** Absent, null, or an array of strings. */
export function optionalStrings(owner: JsonObject, key: string): Fault | undefined {
  const value = owner[key];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return { path: key, message: 'Input should be a valid array' };
  const index = value.findIndex((item) => typeof item !== 'string');
  return index === -1 ? undefined : { path: `${key}.${index}`, message: 'Input should be a valid string' };
}

/** A JavaScript type, or an array of strings. */
type Kind = 'string' | 'number' | 'boolean' | 'object' | 'strings';

/** Throws for the first member that is there, not null, and of another kind. `path` is the owner's; none for the body itself. */
export function refuseOtherKinds(owner: JsonObject, kinds: Readonly<Record<string, Kind>>, path?: string): void {
  for (const [key, kind] of Object.entries(kinds)) {
    const fault = kind === 'strings' ? optionalStrings(owner, key) : optional(owner, key, kind);
    if (fault !== undefined) throw refuse(path === undefined ? fault : within(path, fault));
  }
}

/** Deeper JSON than this is refused: schemas and tool inputs are walked by recursion later, `JSON.stringify` included. */
const maxDepth = 500;

/** Whether `value` nests too deep to be walked by recursion. It looks no deeper itself. */
export function tooDeep(value: unknown, levels = maxDepth): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return members.some((member) => tooDeep(member, levels - 1));
}

/** Of any type, and not nested too deep to be walked by recursion. */
export function shallow(owner: JsonObject, key: string): Fault | undefined {
  return tooDeep(owner[key]) ? { path: key, message: 'Input is nested too deeply' } : undefined;
}
