/** Calls begin in the order in which they come, each after the one before it has ended, however it ended. */
export function oneAtATime<Input, Output>(work: (input: Input) => Promise<Output>): (input: Input) => Promise<Output> {
  let previous: Promise<unknown> = Promise.resolve();
  return (input) => {
    const result = previous.then(() => work(input));
    previous = result.catch(() => undefined);
    return result;
  };
}
