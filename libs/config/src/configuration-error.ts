/** Every problem of the environment at once, each a sentence that names its variable and never its value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  /** @param hash of the route file's text that has them, as in `RouteFileContent`; none where it could not be read. */
  constructor(
    readonly problems: readonly string[],
    readonly hash?: string,
  ) {
    super(
      [
        `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`,
        ...problems.map((problem) => `  - ${problem}`),
        '',
        'Set the variables in the environment or in .env (see .env.example and docs/configuration.md).',
        'To try the product without any configuration, run: npm run local',
      ].join('\n'),
    );
  }
}
