import type { Engine } from '../engine/index.js';
import { InputError } from '../errors.js';
import { type HighsModule, solveWithHighs } from '../milp/highs.js';
import { isRobust } from '../problem/objective.js';
import { STAGES } from '../stage-list.js';
import type { Draws } from '../testing/draws.js';
import { type StageCase, stageCases } from '../testing/stage-case.js';
import { rememberOptima } from '../verify/brute/index.js';
import { scaleOf } from '../verify/claims.js';
import { readFigures } from '../verify/figures.js';
import { otherOptions } from './draw-run.js';
import { execute, newEngine, timeless } from './execute.js';
import { judge, type Looks, rivalFaults } from './judge.js';
import type { Fault, FuzzRun, Outcome } from './types.js';
import { type Witnesses, withWitnesses, witnessesOf } from './witness.js';

/*
 * One run on one engine and everything that is held against it: its own claims, a fresh engine, the checked build, another
 * way to run the same problem, HiGHS.
 */

/** What a trial needs: the engine, compiled, and the judges that are optional. */
export interface Bench {
  readonly release: WebAssembly.Module;
  /** The build with assertions. */
  readonly checked?: WebAssembly.Module;
  readonly highs?: () => Promise<HighsModule>;
}

/** Which of the dearer judges look at a run. */
export interface Judges {
  readonly fresh: boolean;
  readonly checked: boolean;
  readonly rival: boolean;
  readonly highs: boolean;
  /** The same run, cut off after less work, wherever that is. */
  readonly cut: boolean;
}

export const NO_JUDGES: Judges = { fresh: false, checked: false, rival: false, highs: false, cut: false };

/** Places where a run is cut off. */
const CUTS = 8;

/** Combinations that brute force looks at per stage: a millisecond or two. */
const MOST_COMBINATIONS = 2 ** 14;
/** Nodes that HiGHS gets; what it has found by then is evaluated exactly. */
const HIGHS_NODES = 200;

/** @param draws for the other ways to run it */
export async function trial(
  engine: Engine,
  run: FuzzRun,
  bench: Bench,
  judges: Judges,
  draws: Draws,
  looks: Looks,
): Promise<Fault[]> {
  let outcome: Outcome;
  let witnesses: Witnesses = new Map();
  const faults: Fault[] = [];
  try {
    rememberOptima(run.problem);
    outcome = execute(engine, run);
    faults.push(...judge(run, outcome, MOST_COMBINATIONS, looks));
    const isCompared = judges.checked || judges.rival || judges.highs;
    const cases = isCompared ? stageCases(run.problem, outcome.solution, run.options) : [];
    if (judges.checked) witnesses = witnessesOf(run.problem, cases);
    if (judges.cut) faults.push(...cutOff(engine, run, outcome, draws, looks));
    if (judges.rival) faults.push(...byAnotherWay(engine, run, cases, draws, looks));
    if (judges.highs && bench.highs !== undefined)
      faults.push(...(await byHighs(run, cases, bench.highs, looks)));
  } catch (error) {
    return [{ kind: 'crash', text: (error as Error).stack ?? String(error) }];
  }
  const again = timeless(outcome);
  if (judges.fresh) faults.push(...(await sameOn(bench.release, run, again, 'state')));
  if (judges.checked && bench.checked !== undefined)
    faults.push(...(await sameOn(bench.checked, run, again, 'build', witnesses)));
  return faults;
}

/** What has been given up half way must not be taken for whole by what comes next: another stage, a recount, a proof. */
function cutOff(engine: Engine, run: FuzzRun, { solution }: Outcome, draws: Draws, looks: Looks): Fault[] {
  const spent = solution.stages.reduce((sum, { work }) => sum + work, 1);
  for (let cut = 0; cut < CUTS; cut++) {
    const workLimit = draws.once(2) ? draws.int(0, spent) : draws.logarithmic(spent);
    const less = {
      ...run,
      options: { ...run.options, workLimit, timeLimit: undefined, patience: undefined },
    };
    const faults = judge(less, execute(engine, less), MOST_COMBINATIONS, looks);
    if (faults.length > 0)
      return faults.map((fault) => ({ ...fault, text: `cut off at ${workLimit}: ${fault.text}` }));
  }
  return [];
}

/** The same run on an engine of its own; the checked build is to find `witnesses` again, and may not lose them before. */
async function sameOn(
  module: WebAssembly.Module,
  run: FuzzRun,
  expected: string,
  kind: 'state' | 'build',
  witnesses: Witnesses = new Map(),
): Promise<Fault[]> {
  try {
    const engine = await newEngine(module);
    soil(engine);
    const found = timeless(execute(withWitnesses(engine, witnesses), run));
    return found === expected ? [] : [{ kind, text: difference(expected, found) }];
  } catch (error) {
    return [{ kind, text: (error as Error).stack ?? String(error) }];
  }
}

/** Fills what the arena will take first with something that is not zero: what is read must have been written. */
function soil(engine: Engine): void {
  const { memory } = engine as unknown as { memory: WebAssembly.Memory };
  new Uint8Array(memory.buffer, PAGE, SOILED_PAGES * PAGE).fill(0xa5); // the first page holds the engine's constants
}
const PAGE = 65536;
const SOILED_PAGES = 48;

/** Where two texts part. */
export function difference(expected: string, found: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === found[at]) at++;
  const part = (text: string) => text.slice(Math.max(0, at - 60), at + 60);
  return `at ${at}: ...${part(expected)}... became ...${part(found)}...`;
}

/** On the engine of the run itself, which has that behind it: an instance of its own would cost more than the run. */
function byAnotherWay(
  engine: Engine,
  run: FuzzRun,
  cases: readonly StageCase[],
  draws: Draws,
  looks: Looks,
): Fault[] {
  const options = otherOptions(draws, run.options);
  const other = execute(engine, { ...run, options });
  return rivalFaults(run.problem, cases, stageCases(run.problem, other.solution, options), looks);
}

/**
 * HiGHS on the model of each stage. Its bounds are floating point and accuse nobody; a network that it finds is evaluated
 * exactly and has to lie within the engine's bound.
 */
async function byHighs(
  { problem }: FuzzRun,
  cases: readonly StageCase[],
  loader: () => Promise<HighsModule>,
  looks: Looks,
): Promise<Fault[]> {
  if (isRobust(problem) && problem.layers.length > 2) return [];
  const faults: Fault[] = [];
  for (const { stage, keep, hold, record, barred } of cases) {
    // A problem cannot say of its samples that they have to be confident, or may lose so much, nor that an SM before it has no network.
    if (barred || ((hold.kind === 'confident' || hold.kind === 'loss') && stage === 'mw')) continue;
    const scale = scaleOf(problem, 'mm');
    const margins =
      hold.kind === 'margins' ? hold.margins.map((layer) => layer.map((m) => m / scale)) : undefined;
    const task = stage === 'sm' ? problem : { ...problem, keep, margins };
    try {
      const { stages } = await solveWithHighs(loader, task, [stage], {
        nodeLimit: HIGHS_NODES,
        timeLimit: 5,
      });
      looks.compared++;
      const [theirs, ours] = [readFigures(problem, stages[0]).objective, readFigures(problem, record).bound];
      if (theirs === null || theirs === undefined) continue;
      const { sense } = STAGES[stage];
      const isBeaten =
        record.status === 'infeasible' ||
        (ours !== null && ours !== undefined && sense * (theirs - ours) > 0);
      const claim = record.status === 'infeasible' ? 'infeasible' : `bound ${record.bound}`;
      if (isBeaten)
        faults.push({ kind: 'rival', stage, text: `${claim}, but HiGHS has ${stages[0].objective}` });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return faults;
}
