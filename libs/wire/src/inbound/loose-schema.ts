/** A symbol, so that no upstream is ever sent it. */
const mark = Symbol('loose schema');

/** Marks a schema of answers as one that an OpenAI client wants followed and not enforced: `strict: false`. */
export function ofLooseSchema<const Format extends object>(format: Format): Format {
  return { ...format, [mark]: true };
}

/** Whether the client asked for a schema that is not enforced. */
export function hasLooseSchema(format: object): boolean {
  return mark in format;
}
