import { ValidateBy, type ValidationOptions } from 'class-validator';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

export function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname));
}

/** As endpoints are kept, so that a path can follow. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** An `https` URL without credentials, query or fragment in it; plain `http` only on loopback, where nobody listens in. */
export function IsEndpoint(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isEndpoint',
      validator: {
        validate: isEndpoint,
        defaultMessage: () => '$property must be an https URL without a query (http is accepted on localhost alone)',
      },
    },
    options,
  );
}
