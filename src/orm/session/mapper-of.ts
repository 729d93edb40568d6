import { ArgumentError } from "../../errors.ts";
import { inspect } from "../../inspection.ts";
import type { InspectedEntity } from "../mapping/inspected-entity.ts";
import type { Mapper } from "../mapping/mapper.ts";

/** The mapper of a class, or of an alias. @throws ArgumentError when it is not mapped */
export function mapperOf(entity: unknown): Mapper {
  const found =
    typeof entity === "function" || (typeof entity === "object" && entity !== null)
      ? (inspect(entity, false) as Partial<InspectedEntity> | null)
      : null;
  if (found?.mapper === undefined) {
    throw new ArgumentError(
      `Expected a mapped class, got ${typeof entity === "function" ? entity.name : String(entity)}: it needs \`static table = this.mapTo("…")\``,
    );
  }
  return found.mapper;
}
