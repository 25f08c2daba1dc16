import { getMetadataStorage } from 'class-validator';
import { Environment } from '../../dist/libs/config/src/environment.js';

const rules = getMetadataStorage().getTargetValidationMetadatas(Environment, '', false, false);

/** What a variable may be, in words, from the validators on its member. */
export function acceptedValues(variable) {
  const own = new Map(
    rules
      .filter(({ propertyName }) => propertyName === variable)
      .map(({ name, constraints }) => [name, constraints ?? []]),
  );
  if (own.has('isIn'))
    return own
      .get('isIn')[0]
      .map((value) => `\`${value}\``)
      .join(', ');
  if (own.has('isInt')) return range('whole number', own.get('min')?.[0], own.get('max')?.[0]);
  if (own.has('isLength')) return range('characters', ...own.get('isLength'));
  if (own.has('isEndpoint')) return 'URL';
  if (own.has('isUrl')) return 'URLs';
  return 'text';
}

function range(unit, from, to) {
  return to === undefined ? `${unit} from ${from}` : `${unit} ${from} to ${to}`;
}
