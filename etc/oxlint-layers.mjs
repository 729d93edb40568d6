// Writes .oxlintrc.json from one map: which layer of src may import which. `--check` only compares.
// What the map does not allow is forbidden, for values and for types alike: a lower layer never names a higher one.
import { readFileSync, writeFileSync } from "node:fs";

const may = {
  util: [],
  event: ["util"],
  sql: ["event", "util"],
  engine: ["sql", "event", "util"],
  dialects: ["engine", "sql", "event", "util"],
  orm: ["engine", "sql", "event", "util"],
  ext: ["orm", "engine", "sql", "event", "util"],
  migrations: ["engine", "sql", "event", "util"],
  integrations: ["orm", "engine", "sql", "event", "util"],
  testing: ["ext", "migrations", "orm", "engine", "sql", "dialects", "event", "util"],
};
const layers = Object.keys(may);

// Optional peers of the package: only a driver's own file may load one, and only at the first connect.
const drivers = ["pg", "postgres", "@electric-sql/pglite", "better-sqlite3", "libsql", "mysql2", "mariadb"];

const selfImport = { regex: "^athanor(/|$)", message: "inside src/, import the file itself" };
const driverImport = {
  regex: `^(${drivers.join("|")})(/|$)`,
  allowTypeImports: true,
  message: "drivers are optional: only src/dialects/*/drivers/ may load them, with import() at the first connect",
};
const rootIndex = { regex: "^(\\.\\.?/)+index\\.ts$", message: "src/index.ts joins the layers; nothing in them imports it" };

/** Forbids every layer but the allowed ones; in relative paths only, so that node:util is not taken for util/. */
function othersThan(allowed, message) {
  const forbidden = layers.filter((layer) => !allowed.includes(layer));
  return { regex: `^(\\.\\.?/)+(${forbidden.join("|")})/`, message };
}

const ofLayer = (layer) => othersThan([layer, ...may[layer]], `${layer}/ may import only: ${may[layer].join(", ") || "nothing"}`);

const restrict = (patterns) => ({ "typescript/no-restricted-imports": ["error", { patterns }] });

const overrides = [
  {
    files: ["src/**"],
    rules: {
      "typescript/no-explicit-any": "error",
      // In place of the option isolatedDeclarations, which allows no member of a class whose name is a unique symbol (`readonly [VALUE]: V`).
      "typescript/explicit-module-boundary-types": "error",
      ...restrict([selfImport, driverImport]),
    },
  },
  {
    files: ["src/{errors,inspection,log}.ts"],
    rules: restrict([selfImport, driverImport, othersThan(["util"], "this file may import only: util")]),
  },
  ...layers.map((layer) => ({ files: [`src/${layer}/**`], rules: restrict([selfImport, driverImport, rootIndex, ofLayer(layer)]) })),
  { files: ["src/dialects/*/drivers/**"], rules: restrict([selfImport, rootIndex, ofLayer("dialects")]) },
  { files: ["src/util/codegen.ts"], rules: { "no-new-func": "off", "typescript/no-implied-eval": "off" } },
  { files: ["*.config.ts"], rules: { "import/no-default-export": "off" } },
  // The runner of Node.js waits for its tests by itself.
  { files: ["examples/testing/node.test.ts"], rules: { "typescript/no-floating-promises": "off" } },
  // A type test says what does not compile, and names things only for their types.
  {
    files: ["test/types/**"],
    rules: { "no-unused-vars": "off", "no-unused-expressions": "off", "typescript/no-floating-promises": "off" },
  },
];

const config = {
  $schema: "./node_modules/oxlint/configuration_schema.json",
  plugins: ["import", "oxc", "typescript", "unicorn"],
  categories: { correctness: "error" },
  env: { node: true, es2024: true },
  ignorePatterns: ["dist", ".tmp", "coverage"],
  rules: {
    "import/no-cycle": ["error", { ignoreTypes: true }],
    "import/no-default-export": "error",
    "max-lines": ["error", { max: 600, skipComments: true, skipBlankLines: true }],
    "no-eval": "error",
    "no-new-func": "error",
    "typescript/consistent-type-imports": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-implied-eval": "error",
    "typescript/no-misused-promises": "error",
    "unicorn/filename-case": ["error", { case: "kebabCase" }],
    // Prototypes are taken apart, statements are printed, type-level code says `never | X`, a generative method walks from `this`,
    // and a set is copied before a loop that changes it: all on purpose.
    "no-control-regex": "off",
    "typescript/no-this-alias": "off",
    "unicorn/no-useless-spread": "off",
    "typescript/no-base-to-string": "off",
    "typescript/no-redundant-type-constituents": "off",
    "typescript/restrict-template-expressions": "off",
    "typescript/unbound-method": "off",
    // Thenables are part of the design: results can be awaited.
    "unicorn/no-thenable": "off",
    "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" }],
  },
  overrides,
};

const file = new URL("../.oxlintrc.json", import.meta.url);
const text = `${JSON.stringify(config, null, 2)}\n`;

if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== text) {
    console.error(".oxlintrc.json is not what etc/oxlint-layers.mjs writes: run `npm run lint:layers` and commit the result");
    process.exit(1);
  }
} else {
  writeFileSync(file, text);
}
