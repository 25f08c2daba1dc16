/** Adds the items one by one: `push(...items)` throws a `RangeError` where there are more than a call can have arguments. */
export function append<Item>(list: Item[], items: readonly Item[]): void {
  for (const item of items) list.push(item);
}
