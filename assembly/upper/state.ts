import { reserve } from '../base/arena';
import { layerCount, size, weightBound } from '../problem/shape';

/**
 * What lasts in this room. One set per weight layer l = 1..L-1, laid out [layer][...]; `pad` is the widest hidden layer, padded
 * to 8.
 *
 *     array            shape                     what                                                    writer           begun anew by
 *     vectors          i16 [L][VECTORS][pad]     distinct answers of the layer below                     upper-layers     startUpper, choose
 *     vectorLabels     i8  [L][VECTORS]          the output that each has to lead to                     upper-layers     with its vector
 *     vectorCount      i32 [L]                   how many there are                                      upper-layers     startUpper, choose
 *     patternMask      u64 [L][PATTERNS]         bit v set: +1 on vector v                               neuron-patterns  listPatterns
 *     patternMargin    i32 [L][PATTERNS]         units of 1/D                                            neuron-patterns  listPatterns
 *     patternValue     i32 [L][PATTERNS]         the margin, or minus the non-zeros; falling             neuron-patterns  listPatterns
 *     patternWeights   i16 [L][PATTERNS][pad]    weights that have it                                    neuron-patterns  listPatterns
 *     patternCount     i32 [L]                   how many there are                                      neuron-patterns  listPatterns
 *     chosen           i32 [L][pad]              pattern of every neuron while searching                 upper-layers     choose
 *     bestChosen       i16 [L][pad][pad]         best rows found                                         upper-layers     with `found`
 *     outputRow        i16 [pad]                 odometer over the weights of a neuron                   neuron-patterns  startOdometer
 *     points           i8  [2^n1]                by answer of the first layer (bit j: neuron j at +1)    completions      startCompletions
 *                                                the output asked for: +1, -1, or 0, nothing is asked
 */
export let vectors: usize = 0;
export let vectorLabels: usize = 0;
export let vectorCount: usize = 0;
export let patternMask: usize = 0;
export let patternMargin: usize = 0;
export let patternValue: usize = 0;
export let patternWeights: usize = 0;
export let patternCount: usize = 0;
export let chosen: usize = 0;
export let bestChosen: usize = 0;
export let outputRow: usize = 0;
export let points: usize = 0;

export const MOST_VECTORS = 64;
export const MOST_PATTERNS = 1024;
const MOST_WEIGHTS = 20000;
const MOST_IN_STEPS = 1000; // where not all weights can be looked at, which proves nothing, a few have to do

/** What the enumeration is for, how far it goes and what it has come to. */
export class Upper {
  /** Shapes whose upper layers are worth enumerating, all of their weights; at least in multiples of P: a start, and no proof. */
  static enumerable: bool = false;
  static enumerableCoarsely: bool = false;
  static pad: i32 = 8;
  /** Weights are multiples of it: of the finest step at which a neuron has few enough, or of P. */
  static unit: i32 = 1;
  static finest: i32 = 1;

  /** Min-weight: the value is minus the non-zeros. Writer: `aimAt..`, as the next two. */
  static sparse: bool = false;
  /** i32 [neurons of all layers], 0: margins need only be right. */
  static held: usize = 0;
  /** Least y * S of the output. */
  static outputReach: i32 = 0;

  /** Every candidate has been looked at or is no better: the answer of the last `finishUpper` is exact. */
  static complete: bool = true;
  /** Sum of the upper margins of the last solution, units of 1/D; or minus its non-zeros. */
  static value: i64 = 0;
  /** What the enumeration may still take, and how much of it the clock has been told of. Begun by `finishUpper`. */
  static budget: i64 = 0;
  static counted: i64 = 0;
}

/** Max-margin is what the upper layers are searched for, until `aimAtFewest` is called. */
export function aimAtMargins(): void {
  Upper.unit = Upper.finest;
  Upper.sparse = false;
  Upper.held = 0;
  Upper.outputReach = 0;
}

/** Fewest non-zeros that keep `held` (i32 per neuron of all layers, or 0: right is enough) and y * S >= `reach`. */
export function aimAtFewest(held: usize, reach: i32): void {
  Upper.sparse = true;
  Upper.held = held;
  Upper.outputReach = reach;
}

/** Upper layers of multiples of P only (ternary weights, scaled) until they are asked for at their finest again. */
export function searchCoarsely(coarsely: bool): void {
  Upper.unit = coarsely ? weightBound : Upper.finest;
}

export function reserveUpperLayers(): void {
  Upper.enumerable = false;
  Upper.enumerableCoarsely = false;
  if (layerCount < 2 || layerCount > 4) return;
  let widest = 1;
  for (let l = 1; l < layerCount; l++) widest = max(widest, size(l));
  let most = weightBound; // a weight's multiples of the step, to each side
  Upper.enumerable = fewEnough(most, widest, MOST_WEIGHTS);
  if (!Upper.enumerable) while (most > 1 && !fewEnough(most, widest, MOST_IN_STEPS)) most >>= 1;
  Upper.enumerableCoarsely = fewEnough(most, widest, MOST_WEIGHTS);
  Upper.finest = weightBound / most;
  Upper.unit = Upper.finest;
  if (!Upper.enumerableCoarsely) return;
  Upper.pad = (widest + 7) & ~7;
  const L = <usize>layerCount;
  vectors = reserve((L * MOST_VECTORS * <usize>Upper.pad) << 1);
  vectorLabels = reserve(L * MOST_VECTORS);
  vectorCount = reserve(L << 2);
  patternMask = reserve((L * MOST_PATTERNS) << 3);
  patternMargin = reserve((L * MOST_PATTERNS) << 2);
  patternValue = reserve((L * MOST_PATTERNS) << 2);
  patternWeights = reserve((L * MOST_PATTERNS * <usize>Upper.pad) << 1);
  patternCount = reserve(L << 2);
  chosen = reserve((L * <usize>Upper.pad) << 2);
  bestChosen = reserve((L * <usize>(Upper.pad * Upper.pad)) << 1);
  outputRow = reserve(<usize>Upper.pad << 1);
}

function fewEnough(most: i32, weights: i32, limit: i32): bool {
  let count = 1;
  for (let i = 0; i < weights; i++) {
    count *= 2 * most + 1;
    if (count > limit) return false;
  }
  return true;
}

/** What is asked at the moment. Writer: completions.ts. */
export class Asked {
  /** Answers of which something is asked; `startCompletions` takes it back to 0. */
  static count: i32 = 0;
  /** The last `answerCompletions` said what is so, and not only as far as the enumeration goes. */
  static known: bool = false;
}

/** Robust problems only, of which the first layer is narrow enough for a table of its answers. */
export function reserveCompletions(): void {
  points = reserve((<usize>1 << <usize>size(1)) + 8);
}

/** The search over upper layers. Writer: upper-layers.ts; set where one begins. */
export class Search {
  /** Some upper layers do what is asked. */
  static found: bool = false;
  /** The best total of those found so far. */
  static bestTotal: i64 = 0;
}
