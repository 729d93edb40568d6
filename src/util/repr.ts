const MAX_STRING = 300;
const MAX_ROWS = 10;
const MAX_VALUES = 100;

/** A value as it is shown in logs and error messages, shortened where it is long. */
export function describeValue(value: unknown, maxLength: number = MAX_STRING): string {
  switch (typeof value) {
    case "string":
      // controls stay visible: a value may not begin a line of the log, nor command the terminal
      return visibleControls(shorten(`'${value.replaceAll("'", "\\'")}'`, maxLength)).replaceAll("\n", "\\n");
    case "bigint":
      return `${value}n`;
    case "object":
      break;
    case "function":
      return `[function ${value.name || "anonymous"}]`;
    default:
      return String(value);
  }
  if (value === null) return "null";
  if (value instanceof Uint8Array) return describeBytes(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  try {
    return shorten(
      JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? `${item}n` : item)) ?? String(value),
      maxLength,
    );
  } catch {
    return `[${value.constructor?.name ?? "object"}]`;
  }
}

function describeBytes(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `x'${shown}'${bytes.length > 16 ? `… (${bytes.length} bytes)` : ""}`;
}

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return `${text.slice(0, half)} … (${text.length - 2 * half} characters left out) … ${text.slice(-half)}`;
}

/** The parameters of one execution, or of many (a list of lists), as they are shown in logs and error messages. */
export function describeParameters(params: readonly unknown[]): string {
  if (params.length > 0 && params.every((row) => Array.isArray(row))) return describeRows(params as readonly (readonly unknown[])[]);
  return describeList(params);
}

function describeRows(rows: readonly (readonly unknown[])[]): string {
  if (rows.length <= MAX_ROWS) return `[${rows.map(describeList).join(", ")}]`;
  const first = rows.slice(0, MAX_ROWS - 2).map(describeList);
  return `[${first.join(", ")}, … ${rows.length} rows in all …, ${rows.slice(-2).map(describeList).join(", ")}]`;
}

/** One row of values, as in the log. */
export function describeRow(values: readonly unknown[]): string {
  return describeList(values);
}

// oxlint-disable-next-line no-control-regex -- controls are what this is about
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text whose control characters (all but tabs and ends of lines) and marks that turn the direction of writing are shown as escapes. */
export function visibleControls(text: string): string {
  return text.replace(CONTROLS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function describeList(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_VALUES).map((value) => describeValue(value));
  if (values.length > MAX_VALUES) shown.push(`… ${values.length} values in all`);
  return `[${shown.join(", ")}]`;
}
