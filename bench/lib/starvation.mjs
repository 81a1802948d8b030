import { readdirSync, readFileSync } from 'node:fs';

/** A line a thread of a process: seconds that it ran, and seconds that it was ready to run and was not let. */
export function threadLines(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => {
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      const [ran, delayed] = text.split(' ').map((nanoseconds) => (Number(nanoseconds) / 1e9).toFixed(2));
      return `thread ${thread} ran ${ran} s, was kept from running ${delayed} s`;
    });
  } catch {
    return [`process ${pid} has ended`];
  }
}

/**
 * Seconds in which a thread of one of these processes was ready to run and no processor was there for it, so far: the largest of the threads,
 * by thread. Linux keeps it (sched_info: the second number of schedstat); elsewhere there is nothing.
 */
function delaysOf(pids) {
  const delays = new Map();
  for (const pid of pids) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
        delays.set(thread, Number(text.split(' ')[1]) / 1e9);
      }
    } catch {
      // It has ended.
    }
  }
  return delays;
}

/**
 * Resolves to `undefined` when `seconds` have passed in which a processor was there for whoever of these processes wanted one: who waits for
 * something that does not come is told from who is not let run. `pids` is asked again and again, for processes come and go.
 *
 * @param signal ends it early
 */
export async function unstarved(seconds, pids, signal) {
  let [delays, at, left] = [delaysOf(pids()), performance.now(), seconds];
  while (left > 0 && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const [later, now] = [delaysOf(pids()), performance.now()];
    const starved = Math.max(0, ...[...later].map(([thread, delay]) => delay - (delays.get(thread) ?? 0)));
    left -= Math.max(0, (now - at) / 1000 - starved);
    [delays, at] = [later, now];
  }
}
