import { ArgumentError } from "../../errors.ts";
import { type TypeEngine, withVariantSlot } from "./type-engine.ts";

withVariantSlot.fill((type, variant, names) => {
  if (names.length === 0) throw new ArgumentError('withVariant() needs the name of at least one dialect, such as "postgresql".');
  if (variant._variants !== null) {
    throw new ArgumentError("withVariant() was given a type that has variants itself; give each variant to the outer type.");
  }
  const variants = new Map<string, TypeEngine<unknown>>(type._variants ?? []);
  for (const name of names) {
    if (variants.has(name)) throw new ArgumentError(`The type ${String(type)} has a variant for the dialect "${name}" already.`);
    variants.set(name, variant);
  }
  const copy = type.copy();
  copy._variants = variants;
  copy._key = null;
  return copy;
});
