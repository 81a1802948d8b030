/* Loaded before a measured program (`--import`): writes its peak memory, in bytes, to the file FEWBIT_BENCH_MEMORY. */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.FEWBIT_BENCH_MEMORY;
// Worker threads load this too; the figure is the whole process's, so one of them is enough.
if (file && isMainThread) {
  process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)));
}
