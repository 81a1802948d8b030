import { FIELDS } from '../problem/fields.js';
import { groupingOf, objectiveOf } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import { Draws } from '../testing/draws.js';
import { drawRun, LITTLE_TREES } from './draw-run.js';
import { newEngine } from './execute.js';
import { type Looks, noLooks } from './judge.js';
import { type Pace, THOROUGH } from './pace.js';
import { type Bench, type Judges, trial } from './trial.js';
import type { Fault, FuzzRun } from './types.js';

/*
 * A campaign: sequences of runs, each sequence on one engine that nothing has been run on before. A sequence is drawn from
 * the campaign's seed and its own number, so that any one of them can be run again alone.
 */

export interface Failure {
  readonly seed: number;
  readonly sequence: number;
  /** The runs of the sequence up to the one that failed. */
  readonly runs: readonly FuzzRun[];
  readonly judges: Judges;
  readonly faults: readonly Fault[];
}

/** How many problems of each kind have been run, and how much has been looked at. */
export class Tally {
  problems = 0;
  /** By objective and layers, by stages, by how the stages ended, by judge. */
  readonly counts = new Map<string, number>();
  readonly looks: Looks = noLooks();

  add(key: string, count = 1): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + count);
  }

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  /** One line a group of counts, sorted. */
  text(): string {
    const groups = new Map<string, string[]>();
    for (const [key, count] of [...this.counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [group, name] = key.split(': ');
      groups.set(group, [...(groups.get(group) ?? []), `${name} ${count}`]);
    }
    groups.set(
      'looked at',
      Object.entries(this.looks).map(([name, count]) => `${name} ${count}`),
    );
    return [...groups].map(([group, entries]) => `${group}: ${entries.join(', ')}`).join('\n');
  }
}

export function kindOf({ problem }: FuzzRun): string {
  const hidden = problem.layers.length - 2;
  return `${objectiveOf(problem)} with ${hidden} hidden`;
}

/**
 * Runs one sequence.
 *
 * @param goesOn asked before every run: false ends the sequence with what has been run
 * @returns the first run that failed, where one did; the rest of its sequence is then left out
 */
export async function runSequence(
  bench: Bench,
  seed: number,
  sequence: number,
  tally: Tally,
  pace: Pace = THOROUGH,
  goesOn: () => boolean = () => true,
): Promise<Failure | undefined> {
  const draws = new Draws(seed, sequence);
  const engine = await newEngine(bench.release);
  const runs: FuzzRun[] = [];
  const { shares, sequence: length } = pace;
  for (let n = 0; n < length && goesOn(); n++) {
    const run = drawRun(draws, pace);
    const judges: Judges = {
      // A limit of time makes every run another one.
      fresh: draws.once(shares.fresh) && run.options.timeLimit === undefined,
      checked: draws.once(shares.checked) && run.options.timeLimit === undefined,
      rival: draws.once(shares.rival),
      highs: draws.once(shares.highs),
      cut: draws.once(shares.cut),
    };
    runs.push(run);
    const others = new Draws(seed, sequence, n);
    const faults = await trial(engine, run, bench, judges, others, tally.looks);
    count(tally, run, judges);
    if (faults.length > 0) return { seed, sequence, runs, judges, faults };
  }
  return undefined;
}

function count(tally: Tally, run: FuzzRun, judges: Judges): void {
  const { options, problem } = run;
  tally.problems++;
  tally.add(`kind: ${kindOf(run)}`);
  countProblem(tally, problem, '');
  tally.add(`stages: ${options.stages.join('+')}`);
  tally.add(
    `path: ${options.enumeration === 0 ? 'trees' : options.enumeration === 1 ? 'tables' : 'enumeration'}`,
  );
  tally.add(`P: ${problem.weightBound > 3 ? 'more' : problem.weightBound}`);
  const named: readonly [string, boolean][] = [
    ['proof', options.proof],
    ['tolerance', options.tolerance > 0],
    ['little memory', options.treeBytes === LITTLE_TREES],
    ['told to stop', options.patience !== undefined],
    ['time limit', options.timeLimit !== undefined],
    ['little work', options.workLimit < 1e5],
  ];
  for (const [name, is] of named) if (is) tally.add(`with: ${name}`);
  for (const [name, looks] of Object.entries(judges)) if (looks) tally.add(`judged by: ${name}`);
}

/** By objective and fields. */
export function countProblem(tally: Tally, problem: TrainingProblem, prefix: '' | 'trial '): void {
  tally.add(`${prefix}objective: ${objectiveOf(problem)}`);
  for (const name of [...FIELDS, 'keep', 'margins', 'confidence'] as const)
    if (problem[name] !== undefined) tally.add(`${prefix}with: ${name}`);
  if (problem.linf > 0) tally.add(`${prefix}with: linf`);
  if (groupingOf(problem) !== undefined) tally.add(`${prefix}with: groups`);
  const some = FIELDS.some((name) => problem[name] !== undefined);
  tally.add(`${prefix}fields of their own: ${some ? 'some' : 'none'}`);
}
