import { type Objective, objectiveOf } from '../problem/objective.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { drawFields } from './draw-fields.js';
import { drawProblem } from './draw-problem.js';
import { Draws } from './draws.js';
import { drawFamily, FAMILIES } from './families.js';
import { PLANTED, type PlantedKind, type PlantedShape, planted } from './planted.js';
import type { Known } from './referee.js';
import { RELATIONS, type RelationName } from './relations.js';

/** What is asked of a solver, and by which measure it is judged besides the referee's. */
export interface Trial {
  readonly problem: TrainingProblem;
  readonly stages: readonly StageName[];
  /** Where the problem comes from: `drawn`, `family NAME`, `planted NAME`, `relation NAME`. */
  readonly origin: string;
  /** An optimum that was planted, and how. */
  readonly known?: Known;
  readonly planted?: PlantedKind;
  /** Relatives of the problem are to be solved too; their numbers are drawn from `seed`. */
  readonly relation?: RelationName;
  readonly seed: readonly number[];
}

/** What is drawn. */
export interface TrialOptions {
  /** Default: the paper's alone. */
  readonly objectives?: readonly Objective['kind'][];
  /** Also problems with `ranges`, `radii`, `free`, `maxNonzero`, `exclusive`, `together`, `costs` and `atMostWrong`; default false. */
  readonly fields?: boolean;
  /** Stages that the solver knows; default all. */
  readonly stages?: readonly StageName[];
  /** Weights of a planted problem's first layer, in rows times inputs, at most; default 400. */
  readonly mostValues?: number;
}

const ALL: readonly StageName[] = ['sm', 'mm', 'mw'];
const MOST_VALUES = 400;

/** Trial number `n` of a campaign: the same from the same seed and options, whatever came before. */
export function drawTrial(seed: number, n: number, options: TrialOptions = {}): Trial {
  const { objectives = ['paper'], fields = false, stages: known = ALL } = options;
  const draws = new Draws(seed, n);
  const origin = draws.int(0, 7);
  if (origin === 0) {
    const name = draws.pick(FAMILIES);
    const problem = drawFamily(draws, name);
    return { problem, stages: drawStages(draws, known), origin: `family ${name}`, seed: [seed, n] };
  }
  if (origin === 1) {
    const kinds = PLANTED.filter((kind) => known.includes(STAGE_OF[kind]));
    if (kinds.length > 0) return drawPlanted(draws, draws.pick(kinds), options, [seed, n]);
  }
  const some = drawProblem(draws, draws.pick(objectives), 'tiny', fields);
  const problem = fields && draws.once(2) ? drawFields(draws, some) : some;
  if (origin < 5) return { problem, stages: drawStages(draws, known), origin: 'drawn', seed: [seed, n] };
  const relation = draws.pick(fields ? RELATIONS : RELATIONS.filter((name) => name !== 'case-split'));
  const stages = [draws.pick(known)];
  const seeds = [seed, n, 1];
  const plain =
    objectiveOf(problem) === 'paper' && draws.once(2) ? { ...problem, margins: undefined } : problem;
  return { problem: plain, stages, origin: `relation ${relation}`, relation, seed: seeds };
}

/** The stage that a planted kind is about. */
const STAGE_OF = { counted: 'sm', level: 'mm', constant: 'mm', covered: 'mw' } as const;

/** One stage, or some in their order. */
function drawStages(draws: Draws, known: readonly StageName[]): StageName[] {
  const inOrder = ALL.filter((stage) => known.includes(stage));
  if (draws.once(2)) return inOrder;
  const some = inOrder.filter(() => draws.once(2));
  return some.length > 0 ? some : [draws.pick(inOrder)];
}

function drawPlanted(
  draws: Draws,
  kind: PlantedKind,
  { mostValues = MOST_VALUES }: TrialOptions,
  seed: readonly number[],
): Trial {
  const rows = draws.int(2, Math.max(2, Math.floor(Math.sqrt(mostValues))));
  const inputs = draws.int(2, Math.max(2, Math.floor(mostValues / rows)));
  const hidden = draws.once(2) ? [] : [draws.int(1, 3)];
  return plantedTrial(kind, { inputs, rows, hidden, weightBound: draws.pick([1, 1, 2, 3]) }, seed);
}

/** A planted problem of this shape. */
export function plantedTrial(kind: PlantedKind, shape: PlantedShape, seed: readonly number[]): Trial {
  const { problem, stage, optimum } = planted(kind, shape, ...seed);
  return {
    problem,
    stages: [stage],
    origin: `planted ${kind}`,
    known: { [stage]: optimum },
    planted: kind,
    seed,
  };
}
