import { Transform } from 'class-transformer';

/** A whole number in the environment's text becomes one; anything else is left for the validators to refuse. */
export const Integer = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value,
  );
