import { activeInputs } from '../problem/active.js';
import { groupsOf } from '../problem/groups.js';
import { isRobust } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import { drawColumnGroups } from './draw-columns.js';
import type { Draws } from './draws.js';
import { isSound } from './sound.js';

type Fields = Pick<TrainingProblem, 'ranges' | 'radii' | 'free' | 'maxNonzero' | 'costs' | 'atMostWrong'>;

/** The problem with some of the fields that ask for more than the paper (docs/formats.md), each one time in two. */
export function drawFields(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const { layers } = problem;
  const width = layers[0];
  const samples = isRobust(problem) ? groupsOf(problem).count : problem.sampleCount;
  const fields: { -readonly [F in keyof Fields]: Fields[F] } = {};
  if (draws.once(2)) fields.ranges = drawRanges(draws, problem);
  if (draws.once(2)) {
    const most = Math.max(1, problem.linf);
    fields.radii = Int32Array.from({ length: width }, () => (draws.once(2) ? 0 : draws.int(0, most)));
  }
  if (draws.once(2)) fields.free = draws.some(width);
  if (draws.once(2)) {
    const free = fields.free ?? problem.free;
    const forced = (fields.ranges ?? problem.ranges ?? []).filter(([low, high], i) => {
      return !free?.includes(i) && (low > 0 || high < 0);
    });
    fields.maxNonzero = forced.length * layers[1] + draws.int(0, width * layers[1]);
  }
  if (draws.once(2)) {
    const most = draws.pick([1, 4, 1000]);
    fields.costs = Int32Array.from({ length: samples }, () => draws.int(0, most));
  }
  if (draws.once(2)) {
    const some = () => (draws.once(3) ? undefined : draws.int(0, 2));
    const [plus, minus] = [some(), some()];
    fields.atMostWrong = {
      ...(plus === undefined ? {} : { plus }),
      ...(minus === undefined ? {} : { minus }),
    };
  }
  const all = { ...problem, ...fields, linf: fields.radii === undefined ? problem.linf : 0 };
  if (isSound(all)) return draws.once(3) ? all : drawColumnGroups(draws, all);
  // Ranges beyond the weight bound, or radii, can lead past what sums may be.
  const { costs } = fields;
  return costs === undefined ? problem : { ...problem, costs };
}

/** Any box of few weights; with 0 where the input is 0 in every sample. */
function drawRanges(draws: Draws, problem: TrainingProblem): (readonly [number, number])[] {
  const lit = new Set(activeInputs(problem));
  return draws.list(problem.layers[0], (i): readonly [number, number] => {
    const low = draws.int(-2, 2);
    const high = Math.min(2, low + draws.int(0, 2));
    return lit.has(i) ? [low, high] : [Math.min(0, low), Math.max(0, high)];
  });
}
