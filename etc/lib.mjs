// What the scripts of this folder share.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The two compilers whose verdict counts: ours, and the oldest we support. */
export const compilers = {
  7: join(root, "node_modules/typescript/bin/tsc"),
  5.9: join(root, "node_modules/typescript-5.9/bin/tsc"),
};

class Failure extends Error {}

/** Ends the script with a message and no stack, after whatever `finally` has to undo. */
export function fail(message) {
  throw new Failure(message);
}

process.on("uncaughtException", (error) => {
  console.error(error instanceof Failure ? error.message : error);
  process.exit(1);
});

/** A folder below .tmp/, of its own for every run, so that two runs do not meet; gone when the process ends. */
export function temporaryFolder(name) {
  const parent = join(root, ".tmp");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, `${name}-`));
  process.on("exit", () => {
    if (!process.env.ATHANOR_KEEP_TMP) rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Runs a program to its end and gives its standard output; a failure ends this process with what it printed. */
export function run(command, args, { env, ...options } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    ...options,
    env: { ...process.env, ...env },
  });
  if (result.error) fail(`${command} could not be run: ${result.error.message}`);
  if (result.status !== 0)
    fail(`${[command, ...args].join(" ")} failed (${result.status ?? result.signal})\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

export const node = (args, options) => run(process.execPath, args, options);

/**
 * The package as it would be published, in `folder`. Built from the sources of this moment, and without looking at types:
 * that is `npm run build`'s office, and here it would only delay the answer.
 */
export function buildPackageInto(folder) {
  node([compilers[7], "-p", join(root, "tsconfig.build.json"), "--noCheck", "--outDir", join(folder, "dist")]);
  cpSync(join(root, "package.json"), join(folder, "package.json"));
}

export const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));
