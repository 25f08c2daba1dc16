export interface VariableDescription {
  readonly name: string;
  readonly description: string;
  /** What holds when the variable is not set, as an operator would write it. */
  readonly fallback: string;
  readonly secret: boolean;
}

const described: VariableDescription[] = [];

/** Describes an environment variable; docs/configuration.md and the checks of .env.example are made from these. */
export function Variable(
  description: string,
  options: { fallback?: string; secret?: boolean } = {},
): PropertyDecorator {
  return (_target, property) => {
    described.push({
      name: String(property),
      description,
      fallback: options.fallback ?? '',
      secret: options.secret ?? false,
    });
  };
}

/** Every variable, in the order in which the environment declares them. */
export function describedVariables(): readonly VariableDescription[] {
  return described;
}
