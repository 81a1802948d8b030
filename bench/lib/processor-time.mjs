import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Seconds of processor time, user and system, of processes and all their descendants, those that have ended included. Linux alone. */
export function processorSeconds(pids) {
  const rows = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // The program's name, in brackets, may hold blanks.
        const text = readFileSync(`/proc/${name}/stat`, 'utf8');
        const fields = text
          .slice(text.lastIndexOf(')') + 2)
          .split(' ')
          .map(Number);
        // After the state: parent; at 11 to 14 user, system, and those of children that were waited for.
        return [
          { pid: Number(name), parent: fields[1], ticks: fields.slice(11, 15).reduce((a, b) => a + b) },
        ];
      } catch {
        return []; // it has ended
      }
    });
  const wanted = new Set(pids);
  for (let size = -1; size !== wanted.size; ) {
    size = wanted.size;
    for (const { pid, parent } of rows) if (wanted.has(parent)) wanted.add(pid);
  }
  return rows.filter(({ pid }) => wanted.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS;
}

/** Seconds that each thread of a process has run, by thread. Linux alone. */
export function threadSeconds(pid) {
  const ran = (thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9;
  return new Map(readdirSync(`/proc/${pid}/task`).map((thread) => [thread, ran(thread)]));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
