// What "athanor" fills in by being imported: the suite can be the first to be.
import "../../dialects/default/dialect.ts";
import "../../dialects/registry.ts";
import "../../sql/base/compare.ts";
import "../../sql/compiler/compile.ts";
import "../../sql/ddl/schema-dropper.ts";
import "../../sql/ddl/schema-generator.ts";
import "../../sql/dml/dml-state.ts";
import "../../sql/functions/next-value.ts";
import "../../sql/functions/select-function.ts";
import "../../sql/selectable/compound-state.ts";
