import { swapRandom, below } from '../base/random';
import { Clock } from '../base/state';
import { setWeight } from '../network/weights';
import { leastWeight, mostWeight } from '../problem/boxes';
import { confidence, inputs, inputsPadded, sampleCount } from '../problem/shape';
import { askAlone, beginSteps, leastToSpare, PATIENCE, walkSteps } from './count-steps';
import { Raise, raisedRow, stepBest, stepRow, StepWalk } from './state';

/**
 * Which of SM's optima is handed on. Many weights count equally many rows, and on which rows decides what MM can reach. For one
 * neuron no list of them is needed: weights that count as many rows when more than `confidence` is asked are an optimum, too, and
 * have the larger margin on what they keep. So the walk on the count goes on with one unit more than the best of these has, until
 * its share of the work is spent. It has random numbers of its own: the searches beside it go where they would without it.
 */
const PIECES = 8; // of a turn: how often it looks at what the walk has
const KICKS = 3; // weights drawn anew where a walk begins at the best

/** The stage begins. */
export function forgetRaise(): void {
  Raise.count = -1;
  Raise.took = 0;
  Raise.until = -1;
}

/** From these weights, which count so many rows; the columns must stand. The walk of count-steps.ts is over with that. */
export function beginRaise(row: usize, count: i64): void {
  memory.copy(raisedRow, row, <usize>inputsPadded << 1);
  Raise.count = count;
  Raise.walks = 0;
  askAlone(confidence);
  beginSteps(raisedRow);
  Raise.level = confidence + leastToSpare();
}

/** About `effort` more units of work. True: `raisedRow` has been raised; it counts as many rows, or more. */
export function stepRaise(effort: f64): bool {
  const before = Clock.work;
  let raised = false;
  swapRandom();
  beginWalk();
  while (Clock.work - before < effort && StepWalk.idle < PATIENCE) {
    walkSteps(effort / PIECES, PATIENCE);
    if (<i64>StepWalk.best < Raise.count) continue;
    memory.copy(raisedRow, stepBest, <usize>inputsPadded << 1);
    beginSteps(raisedRow);
    Raise.level += 1 + leastToSpare();
    Raise.walks = 0;
    beginWalk();
    raised = true;
  }
  swapRandom();
  StepWalk.idle = PATIENCE; // nobody's walk any more
  Raise.took += Clock.work - before;
  return raised;
}

/** At the best first, then in turn near it and anywhere. */
function beginWalk(): void {
  const walk = Raise.walks++;
  askAlone(Raise.level + 1);
  memory.copy(stepRow, raisedRow, <usize>inputsPadded << 1);
  if (walk & 1) for (let kick = 0; kick < KICKS; kick++) draw(below(inputs));
  else if (walk > 0) for (let i = 0; i < inputs; i++) draw(i);
  beginSteps(stepRow);
}

function draw(i: i32): void {
  setWeight(stepRow, i, leastWeight(i) + below(mostWeight(i) - leastWeight(i) + 1));
}
