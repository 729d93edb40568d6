// Adds to package-lock.json the platform packages that npm left out of it: `npm install` drops an optional package that it cannot
// fetch, and `npm ci` then refuses the lock file on every platform. Run it after npm install, through `npm run lock`.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib.mjs";

const file = join(root, "package-lock.json");
const lock = JSON.parse(readFileSync(file, "utf8"));

/** What such a package is for, by its name: @oxlint/binding-linux-arm-gnueabihf, @oxlint-tsgolint/win32-x64. */
function platform(name) {
  const [, os, cpu, abi = ""] =
    /\b(aix|android|darwin|freebsd|linux|netbsd|openharmony|sunos|wasm32|win32)-(\w+)(?:-(\w+))?$/.exec(name) ?? [];
  if (os === undefined) throw new Error(`${name} is not in the lock file, and its name does not say which platform it is for`);
  if (os === "wasm32") return { cpu: ["wasm32"] };
  const libc = abi.startsWith("gnu") ? ["glibc"] : abi.startsWith("musl") ? ["musl"] : undefined;
  return { cpu: [cpu], ...(libc && os === "linux" ? { libc } : {}), os: [os] };
}

const packages = { ...lock.packages };
for (const [parent, { optionalDependencies = {}, dev, engines }] of Object.entries(lock.packages)) {
  if (parent === "") continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const nested = `${parent}/node_modules/${name}`;
    const path = `node_modules/${name}`;
    if (path in packages || nested in packages) continue;
    packages[path] = { version, ...platform(name), ...(dev ? { dev } : {}), optional: true, ...(engines ? { engines } : {}) };
  }
}

lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en")));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
