export { delete_ } from "./delete.ts";
export { insert } from "./insert.ts";
export { update } from "./update.ts";
