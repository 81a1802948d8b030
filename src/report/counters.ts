import type { Counters, StageResult } from '../stages/types.js';
import { formatCount } from './numbers.js';

/** The counters of all results of a stage, added up. */
export function sumCounters(results: readonly StageResult[]): Counters {
  const sums: Record<string, Record<string, number>> = {};
  for (const { counters } of results) {
    for (const [group, entries] of Object.entries(counters ?? {})) {
      const sum = sums[group] ?? {};
      sums[group] = sum;
      for (const [name, times] of Object.entries(entries)) sum[name] = (sum[name] ?? 0) + times;
    }
  }
  return sums;
}

/** `--stats`: what has been done in every stage, a line a group; of many pairs, in all of them. */
export function formatCounters(results: readonly StageResult[]): string[] {
  const stages = [...new Set(results.map(({ stage }) => stage))];
  return stages.flatMap((stage) => {
    const groups = Object.entries(sumCounters(results.filter((result) => result.stage === stage)));
    return groups.map(([group, entries], at) => {
      const counts = Object.entries(entries).map(([name, times]) => `${words(name)} ${formatCount(times)}`);
      return `${(at === 0 ? stage : '').padEnd(3)} ${group}: ${counts.join(', ')}`;
    });
  });
}

/** `cutRounds` as `cut rounds`. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
