import { fileURLToPath } from "node:url";

/** Enough to get through our own frames to those of the caller. */
const DEPTH = 50;
/** How many of the caller's are told. */
const SHOWN = 5;

/** As our own files stand in stack traces: as URLs, or as paths. */
const OURS: readonly string[] = ownPlaces();

function ownPlaces(): string[] {
  const url = new URL("../../", import.meta.url);
  return url.protocol === "file:" ? [url.href, fileURLToPath(url)] : [url.href];
}

/** Where something was asked for: a stack trace, whose text is made only when it is read. */
export class CallSite {
  declare readonly stack?: string;

  constructor() {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = DEPTH;
    Error.captureStackTrace(this, CallSite);
    Error.stackTraceLimit = limit;
  }

  /** Makes the text now: until then the stack holds all objects that had a part in it, which could never be collected. */
  written(): this {
    void this.stack;
    return this;
  }

  /** The frames that are the caller's. */
  get callers(): readonly string[] {
    return this.frames.filter((line) => !line.includes("node:internal/") && !OURS.some((place) => line.includes(place)));
  }

  get frames(): readonly string[] {
    return (this.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  }
}

/**
 * The caller of the first site that tells of one, each frame on a line of its own. A stack ends where a promise was passed on by hand, so
 * one of the beginning and one of the end may know what the other does not.
 */
export function placeOf(...sites: readonly (CallSite | null)[]): string {
  let shown: readonly string[] = [];
  for (const site of sites) {
    if (site === null) continue;
    const { callers, frames } = site;
    // in a bundle all frames are in one file, and taken for ours
    shown = callers.length > 0 ? callers : frames;
    if (callers.length > 0) break;
  }
  return shown
    .slice(0, SHOWN)
    .map((line) => `\n${line}`)
    .join("");
}
