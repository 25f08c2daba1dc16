import { type ExecutionContext, SetMetadata } from '@nestjs/common';

const isPublicKey = 'is-public';

/** No key and no limit: for probes and documents. */
export const Public = () => SetMetadata(isPublicKey, true);

const known = new WeakMap<object, boolean>();

/** Whether the handler is `@Public()`. Remembered by handler, of which there are few: guards ask for every request. */
export function isPublic(execution: ExecutionContext): boolean {
  const handler = execution.getHandler();
  let answer = known.get(handler);
  if (answer === undefined) {
    answer =
      Reflect.getMetadata(isPublicKey, handler) === true ||
      Reflect.getMetadata(isPublicKey, execution.getClass()) === true;
    known.set(handler, answer);
  }
  return answer;
}
