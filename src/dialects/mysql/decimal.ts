/**
 * A decimal number on its way to the server. As a string it would be converted to floating point wherever it stands in an expression:
 * `price + '0.20'` is 0.30000000000000004.
 */
export class DecimalParameter {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.text;
  }
}
