import { reserve, reserveRaw } from '../base/arena';
import { Arena } from '../base/state';

/**
 * The loaded problem. Laid out once a problem by `loadShape`, `loadGroups` and `loadTargets`; after that every number here is a
 * constant but `keptCount`, which the host sets before a stage.
 *
 *     array     shape                what, unit                                                      writer
 *     sizes     i32 [L + 1]          n_l, l = 0..L                                                   the host, before `prepare`
 *     samples   i16 [T][NP]          row-major, NP = inputs padded to 8, padding 0                   the host, before `prepare`
 *     labels    i8 [T]               +1 / -1                                                         the host, before `prepare`
 *     keep      i32 [K], room of T   indices of the kept samples, ascending                          the host, before a stage
 *     holds     i32 [neurons]        margins that MW holds, in units of 1/D                          the host, before a stage
 *     groups    i32 [T]              robust objective: the sample that a row is an image of          the host, before `prepare`
 *     lows      i16 [NP]             least first-layer weight of an input; padding 0                 loadShape, then the host
 *     highs     i16 [NP]             largest                                                         loadShape, then the host
 *     radii     i32 [NP]             L-infinity radius of an input; padding 0                        loadShape, then the host
 *     uncounted u8 [NP]              1: free, its weights are not counted by MW                      loadShape, then the host
 *     targets   i32 [T]              the reach that robust MM wants of every row, in units of S      the host, before `prepare`
 *                                    (docs/robust.md, "Soft margins"); 0: none is wanted
 *
 * Only inputs that are active in some sample are ever loaded: an inactive input has weight 0 and is no variable. Rooms read these by
 * shape.ts.
 */
/** Number of weight layers L. */
export let layerCount: i32 = 0;
export let sizes: usize = 0;
/** T, inputs n0, and n0 padded to a multiple of 8. */
export let sampleCount: i32 = 0;
export let inputs: i32 = 0;
export let inputsPadded: i32 = 0;
/** P. */
export let weightBound: i32 = 1;
/** D: margins are integers in units of 1/D; `epsilon` in the same units. */
export let marginScale: i32 = 10;
export let epsilon: i32 = 1;
/** L-infinity radius of every sample, in input units, where all inputs have the same one (`Boxes.varied`: each has its own). */
export let radius: i32 = 0;
export let lows: usize = 0;
export let highs: usize = 0;
export let radii: usize = 0;
export let uncounted: usize = 0;

/** What the inputs' own ranges, radii and freedoms come to (boxes.ts). Writer: `settleBoxes`, before anything is reserved. */
export class Boxes {
  /** Some weight of the first layer has another range than {-P..P}. */
  static ranged: bool = false;
  /** Some of them is not as wide to both sides: a neuron turned round may be none of the problem's. */
  static lopsided: bool = false;
  /** Some input has another radius than the rest. */
  static varied: bool = false;
  /** Some input is not counted. */
  static freed: bool = false;
  /** Some weight cannot be 0: no neuron is without weights. */
  static forced: bool = false;
  /** Some input moves. */
  static moved: bool = false;
  /** The largest |w| of the first layer. */
  static widest: i32 = 1;
}
/** Confidence: y * S[L] >= confidence. */
export let confidence: i32 = 1;
/** Neurons of all layers, and those of the layers before layer l (0-based). */
export let neuronCount: i32 = 0;
export let samples: usize = 0;
export let labels: usize = 0;
export let keep: usize = 0;
export let keptCount: i32 = 0;
export let holds: usize = 0;
/** Samples under the robust objective, each a family of rows (docs/robust.md); 0: the paper's objective. */
export let groupCount: i32 = 0;
export let groups: usize = 0;
export let targets: usize = 0;

/** Reserves the problem's arrays; the host writes sizes, samples and labels before anything else runs. */
export function loadShape(
  layers: i32,
  inputCount: i32,
  samplesTotal: i32,
  bound: i32,
  scale: i32,
  eps: i32,
  delta: i32,
  confident: i32,
  neurons: i32,
): void {
  layerCount = layers;
  inputs = inputCount;
  inputsPadded = (inputCount + 7) & ~7;
  sampleCount = samplesTotal;
  weightBound = bound;
  marginScale = scale;
  epsilon = eps;
  radius = delta;
  confidence = confident;
  neuronCount = neurons;
  sizes = reserve(<usize>(layers + 1) << 2);
  samples = reserveRaw(<usize>samplesTotal * <usize>(inputsPadded << 1)); // the host writes the padding too
  labels = reserve(<usize>samplesTotal + 8);
  keep = reserve(<usize>samplesTotal << 2);
  holds = reserve(<usize>neurons << 2);
  lows = reserve(<usize>inputsPadded << 1);
  highs = reserve(<usize>inputsPadded << 1);
  radii = reserve(<usize>inputsPadded << 2);
  uncounted = reserve(<usize>inputsPadded);
  if (!Arena.failed) fillBoxes();
  keptCount = 0;
  groupCount = 0;
  targets = 0;
}

/** The paper's: the same for every input. */
function fillBoxes(): void {
  for (let i = 0; i < inputs; i++) {
    store<i16>(lows + (<usize>i << 1), <i16>-weightBound);
    store<i16>(highs + (<usize>i << 1), <i16>weightBound);
    store<i32>(radii + (<usize>i << 2), radius);
  }
}

/** What the host has written of single inputs counts from here on; where it says the same of all, that is the paper's problem. */
export function settleBoxes(): void {
  Boxes.ranged = false;
  Boxes.lopsided = false;
  Boxes.forced = false;
  Boxes.varied = false;
  Boxes.freed = false;
  Boxes.moved = false;
  Boxes.widest = inputs == 0 ? weightBound : 1;
  if (inputs > 0) radius = load<i32>(radii);
  for (let i = 0; i < inputs; i++) {
    const low = <i32>load<i16>(lows + (<usize>i << 1));
    const high = <i32>load<i16>(highs + (<usize>i << 1));
    const moves = load<i32>(radii + (<usize>i << 2));
    assert(low <= high && moves >= 0);
    if (low != -weightBound || high != weightBound) Boxes.ranged = true;
    if (low != -high) Boxes.lopsided = true;
    if (low > 0 || high < 0) Boxes.forced = true;
    if (moves != radius) Boxes.varied = true;
    if (moves > 0) Boxes.moved = true;
    if (load<u8>(uncounted + <usize>i)) Boxes.freed = true;
    Boxes.widest = max(Boxes.widest, max(abs(low), abs(high)));
  }
}

/** Turns to the robust objective; the host writes the groups of the rows before `prepare`. */
export function loadGroups(count: i32): void {
  groups = reserve(<usize>sampleCount << 2);
  groupCount = count;
}

/** Turns to soft margins; the host writes the targets of the rows before `prepare`. */
export function loadTargets(): void {
  targets = reserve(<usize>sampleCount << 2);
}

export function setKeptCount(count: i32): void {
  keptCount = count;
}
