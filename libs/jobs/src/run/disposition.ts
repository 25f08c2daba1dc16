/** What becomes of a queue message: it is done with, or somebody gets it again after a while. */
export type Disposition = { readonly done: true } | { readonly done: false; readonly againInSeconds: number };

export const done: Disposition = { done: true };

export function again(seconds: number): Disposition {
  return { done: false, againInSeconds: seconds };
}
