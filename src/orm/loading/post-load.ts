import { runTogether } from "../../engine/together.ts";
import type { Mapper } from "../mapping/mapper.ts";
import type { InstanceState } from "../state/instance-state.ts";
import type { QueryContext } from "./query-context.ts";

/** Loads something of many objects with statements of its own, after the rows of the query. */
export interface PostLoader {
  /** the class that it reads with one statement, which may go out together with those that read other classes */
  readonly reads?: Mapper | undefined;
  /**
   * @param overwrite - for each object, whether what it has is overwritten
   */
  load(context: QueryContext, states: readonly InstanceState[], overwrite: readonly boolean[]): Promise<void>;
}

/** What a loader has to do. */
export interface PostLoad {
  readonly loader: PostLoader;
  readonly states: readonly InstanceState[];
  readonly overwrite: readonly boolean[];
}

/** Loads what comes after the rows: one after the other, as far as they cannot go out together. */
export async function loadPosts(context: QueryContext, posts: readonly PostLoad[]): Promise<void> {
  const run = ({ loader, states, overwrite }: PostLoad): Promise<void> => loader.load(context, states, overwrite);
  for (let i = 0; i < posts.length;) {
    const group = groupAt(posts, i);
    if (group.length === 1) await run(group[0]!);
    else
      await runTogether(
        context.connection,
        group.map((post) => () => run(post)),
      );
    i += group.length;
  }
}

/** Those from a place on that read different classes. */
function groupAt(posts: readonly PostLoad[], from: number): readonly PostLoad[] {
  const read = new Set<Mapper>();
  let end = from;
  for (; end < posts.length; end += 1) {
    const reads = posts[end]!.loader.reads?.baseMapper;
    if (reads === undefined || read.has(reads)) break;
    read.add(reads);
  }
  return posts.slice(from, Math.max(end, from + 1));
}
