import { Secret } from './secret.js';

/** The same value, frozen to its depths. A secret guards itself. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Secret)) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
