// What the declarations of a user's package look like: they are emitted without complaint by both compilers, refer to athanor by its public
// names alone, and repeat no type at length.
//
//   npm run emit && node etc/declarations.mjs
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MODEL } from "./declarations-model.mjs";
import { compilers, fail, node, root, temporaryFolder } from "./lib.mjs";

/** How many characters the declaration of one exported name may take. */
const LONGEST = 1200;

const folder = temporaryFolder("declarations");
const athanor = join(folder, "node_modules/athanor");
mkdirSync(athanor, { recursive: true });
// a copy rather than a link: where a link leads to is what the compiler would name
cpSync(join(root, "dist"), join(athanor, "dist"), { recursive: true, filter: (path) => !/\.(js|map)$/.test(path) });
cpSync(join(root, "package.json"), join(athanor, "package.json"));
writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "models", type: "module", dependencies: { athanor: "*" } }));
writeFileSync(join(folder, "model.ts"), MODEL);
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      target: "es2023",
      lib: ["es2023"],
      module: "nodenext",
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      declaration: true,
      emitDeclarationOnly: true,
      types: [],
    },
    include: ["model.ts"],
  }),
);

const wrong = [];
for (const [version, compiler] of Object.entries(compilers)) {
  const outDir = join(folder, `types-${version}`);
  node([compiler, "-p", folder, "--outDir", outDir]);
  const text = readFileSync(join(outDir, "model.d.ts"), "utf8");
  for (const [, from] of text.matchAll(/(?:from |import\()"([^"]+)"/g)) {
    if (!/^athanor(\/(postgresql|sqlite|mysql|ext))?$/.test(from)) wrong.push(`TypeScript ${version}: the declarations name "${from}"`);
  }
  const declarations = text.split(/^(?=export )/m);
  for (const declaration of declarations) {
    // a class is as long as what it has
    const parts = declaration.startsWith("export declare class") ? declaration.split(/^ {4}(?=\S)/m) : [declaration];
    for (const part of parts) {
      if (part.length > LONGEST) wrong.push(`TypeScript ${version}: ${part.length} characters for one name: ${part.slice(0, 160)}…`);
    }
  }
  console.log(`TypeScript ${version}: declarations of ${text.length.toLocaleString("en")} characters for ${declarations.length - 1} names`);
}
if (wrong.length > 0) fail(`declarations: ${wrong.length} faults\n${[...new Set(wrong)].join("\n")}`);
