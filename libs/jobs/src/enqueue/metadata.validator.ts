import { ValidateBy, type ValidationArguments } from 'class-validator';

const maxBytes = 16 * 1024;
const maxDepth = 8;

/** A client's own notes on a job: JSON that comes back as it went in. Refuses what the database could not keep exactly. */
export function IsMetadata(): PropertyDecorator {
  return ValidateBy({
    name: 'isMetadata',
    validator: {
      validate: (value) => metadataFault(value) === undefined,
      defaultMessage: (seen?: ValidationArguments) => metadataFault(seen?.value) ?? '',
    },
  });
}

/** Undefined when it can be kept. */
export function metadataFault(metadata: unknown): string | undefined {
  const fault = faultOf(metadata, 'metadata', 0);
  if (fault !== undefined) return fault;
  return Buffer.byteLength(JSON.stringify(metadata)) > maxBytes
    ? `metadata: Input should have at most ${maxBytes} bytes of JSON`
    : undefined;
}

function faultOf(value: unknown, path: string, depth: number): string | undefined {
  if (typeof value === 'string') return textFault(value, path);
  if (typeof value === 'number') return numberFault(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === maxDepth) return `${path}: Input is nested too deeply`;
  for (const [name, member] of Object.entries(value)) {
    const fault = textFault(name, path) ?? faultOf(member, `${path}.${name}`, depth + 1);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** PostgreSQL's jsonb holds neither; replacing them would change the client's data behind its back. */
function textFault(text: string, path: string): string | undefined {
  if (text.includes('\0')) return `${path}: String should not contain U+0000`;
  return text.isWellFormed() ? undefined : `${path}: String should not contain half of a surrogate pair`;
}

function numberFault(value: number, path: string): string | undefined {
  const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return exact ? undefined : `${path}: Number is too large to be kept exactly; send it as a string`;
}
