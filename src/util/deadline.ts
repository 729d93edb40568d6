/** The longest time that a timer takes, in milliseconds; a longer one would go off at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * Waits for something, and for so long at most.
 * @param ms - how long, in milliseconds; what setTimeout() cannot count has no end
 * @param late - called when the time is over: what it gives, or throws, is the outcome then
 */
export async function withDeadline<T>(work: Promise<T>, ms: number, late: () => T): Promise<T> {
  if (ms > LONGEST_TIMER) return work;
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  try {
    return await Promise.race([work, passed]);
  } finally {
    clearTimeout(timer);
  }
}
