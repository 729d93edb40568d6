// What the ORM cannot do without and nothing imports by name: it fills slots and registers what it can do. Whoever maps a class brings it
// along, so that a bundle in which no class is mapped has none of it. The list `sideEffects` of package.json names these files.
import "./events.ts";
import "./inspect.ts";
import "./loading/attribute-loader.ts";
import "./loading/execute-orm.ts";
import "./loading/stream-orm.ts";
import "./query/bulk-insert.ts";
import "./query/from-statement.ts";
import "./query/orm-select-state.ts";
import "./unit-of-work/cascade-events.ts";
