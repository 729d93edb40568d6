import type { Mapper } from "../mapping/mapper.ts";

const serials: WeakMap<Mapper, string> = new WeakMap();
let count = 0;

/** Text by which mappers are put into an order that stays the same for the life of the process. */
export function mapperSortKey(mapper: Mapper): string {
  let serial = serials.get(mapper);
  if (serial === undefined) {
    count += 1;
    serials.set(mapper, (serial = `${mapper.name} ${String(count).padStart(8, "0")}`));
  }
  return serial;
}
