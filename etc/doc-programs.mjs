// Writes the programs of docs/ to .tmp/docs and checks their types against the declarations as published: `npm run emit` comes first.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docPrograms, programFolder, writeProgram } from "../test/support/doc-programs.ts";
import { compilers, node, root } from "./lib.mjs";

rmSync(programFolder, { recursive: true, force: true });
const programs = docPrograms();
for (const program of programs) writeProgram(program);
writeFileSync(
  join(programFolder, "tsconfig.json"),
  JSON.stringify({
    extends: join(root, "tsconfig.base.json"),
    // What a page shows need not be used on that page.
    compilerOptions: { noEmit: true, noUnusedLocals: false, noUnusedParameters: false, typeRoots: [join(root, "node_modules/@types")] },
    include: ["*.ts"],
  }),
);
node([compilers[process.argv[2] ?? 7], "-p", programFolder]);
console.log(`${programs.length} programs in docs/ check`);
