/** The method that `console.log` and Node's `util.inspect` ask for an object's text. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** `Name(text)`, or `Name` alone where the text cannot be made: who looks at an object must not get an error for it. */
export function shown(name: string, text: () => string): string {
  try {
    const shownText = text();
    return name === shownText ? name : `${name}(${shownText})`;
  } catch {
    return name;
  }
}
