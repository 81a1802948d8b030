import { groupCount, layerCount, neuronCount, networkLayerBytes, sampleCount, size, targets } from '../problem/shape';
import { reserve } from '../base/arena';

/**
 * Values of networks, as measured last, and what measuring them needs. Each array is written by one file and begun anew by the
 * function in the last column; nothing of a network stands longer than the next one is measured, but `table`.
 *
 *     array            shape                   what, unit                                              writer     begun anew by
 *     margins          i32 [neurons]           least margin over the kept samples, layer by layer,     evaluate   evaluateMargins
 *                                              units of 1/D
 *     confidentFlags   u8 [T]                  1: the sample counts for SM                             evaluate   evaluateConfidence
 *     outputs          i32 [T]                 S[L]                                                    evaluate   either
 *     slackRow         i32 [n1]                what the box takes from a neuron's sum                  evaluate   either
 *     signsBelow,      i16 [widest, padded]    activations of a layer and of the one above; which is   evaluate   every sample
 *     signsAbove                               which changes from layer to layer
 *     table            i8 [2^n1]               output of an answer; bit j set: neuron j is +1          certify    prepareCertify, where the
 *                                                                                                                 upper weights are others
 *     upperCopy        i16, a network          the upper weights that `table` stands for               certify    with `table`
 *     answerBelow,     i16 [widest, padded]    an answer on its way up                                 certify    every answer
 *     answerAbove
 *     knownTolls       i32 [n1]                what the box takes from a sum; -1: no weights           certify    prepareCertify
 *     distances        i32 [n1]                of the row measured last, units of 1/D; CERTAIN for a   certify    measureRow
 *                                              neuron without weights
 *     order            i32 [n1]                neurons by falling distance (spare)                     certify    rowMargin, certificateAtHolds
 *     certifiedFlags   u8 [G]                  1: all rows of the sample are certified                 certify    countCertified
 *     primes           u32 [2][3^n1][2]        prime implicants of label + and -: neurons, and which   soft       prepareSoft, where `table`
 *                                              of them are +                                                      is another
 *     reaches          i32 [n1][2]             of the row measured last, + and -, units of S           soft       every row
 *     softTolls        i32 [n1]                what the box takes from a sum; -1: no weights           soft       prepareSoft
 *
 * T: samples; G: samples of the robust objective; widest: the widest layer. `table` and below: robust objective only.
 */
export let margins: usize = 0;
export let confidentFlags: usize = 0;
export let outputs: usize = 0;
export let signsBelow: usize = 0;
export let signsAbove: usize = 0;
export let slackRow: usize = 0;
export let table: usize = 0;
export let distances: usize = 0;
export let certifiedFlags: usize = 0;
export let upperCopy: usize = 0;
export let knownTolls: usize = 0;
export let order: usize = 0;
export let answerBelow: usize = 0;
export let answerAbove: usize = 0;
export let primes: usize = 0;
export let reaches: usize = 0;
export let softTolls: usize = 0;
export let networkBytes: usize = 0;

/** What the last evaluation says. Writer: evaluate.ts; begun anew by it. */
export class Evaluated {
  /** Samples that count for SM. */
  static confidentCount: i32 = 0;
  /** Every kept sample is right (with certain activations where inputs move). */
  static keptRight: bool = false;
  /** Weights, padded: what a sample costs. Set by `reserveEvaluation`. */
  static networkElements: i32 = 0;
}

/** The table of the upper layers, and the row measured last. Writer: certify.ts. */
export class Certificates {
  /** Bit j set: neuron j has side + on the row measured last; begun anew by `measureRow`. */
  static sides: u32 = 0;
  /** n1. Set by `reserveCertify`. */
  static width: i32 = 0;
  /** `table` is whole and stands for `upperCopy`. Reset by `reserveCertify`, and while it is written. */
  static tableStands: bool = false;
  /** Changes whenever `table` is written anew; never reset. */
  static tableSession: i32 = 0;
}

/** The primes that stand. Writer: soft.ts. */
export class Primes {
  /** Primes of label +, */
  static plus: i32 = 0;
  /** and of label -; by `prepareSoft`. */
  static minus: i32 = 0;
  /** 3^n1, the room for either. Set by `reserveSoft`. */
  static states: i32 = 0;
  /** `Certificates.tableSession` of the table that they are of; -1: none. Reset by `reserveSoft`. */
  static session: i32 = -1;
}

/** Sizes networks, and makes room to value them; the host must have written the layer sizes. */
export function reserveNetwork(): void {
  networkBytes = networkLayerBytes(0);
  reserveEvaluation();
  if (groupCount) reserveCertify();
  if (groupCount && targets) reserveSoft();
}

/** The widest layer but the inputs, padded. */
function widestLayer(): i32 {
  let widest = 8;
  for (let l = 1; l <= layerCount; l++) widest = max(widest, (size(l) + 7) & ~7);
  return widest;
}

function reserveEvaluation(): void {
  const widest = widestLayer();
  Evaluated.networkElements = <i32>(networkBytes >> 1);
  margins = reserve(<usize>neuronCount << 2);
  confidentFlags = reserve(<usize>sampleCount + 8);
  outputs = reserve(<usize>sampleCount << 2);
  signsBelow = reserve(<usize>widest << 1);
  signsAbove = reserve(<usize>widest << 1);
  slackRow = reserve(<usize>widest << 2);
}

function reserveCertify(): void {
  Certificates.width = size(1);
  const widest = widestLayer();
  table = reserve((<usize>1 << <usize>Certificates.width) + 8);
  distances = reserve(<usize>Certificates.width << 2);
  knownTolls = reserve(<usize>Certificates.width << 2);
  order = reserve(<usize>Certificates.width << 2);
  certifiedFlags = reserve(<usize>groupCount + 8);
  upperCopy = reserve(networkBytes);
  answerBelow = reserve(<usize>widest << 1);
  answerAbove = reserve(<usize>widest << 1);
  Certificates.tableStands = false;
}

function reserveSoft(): void {
  const width = size(1);
  Primes.states = 1;
  for (let j = 0; j < width; j++) Primes.states *= 3;
  primes = reserve(<usize>Primes.states << 4);
  reaches = reserve(<usize>width << 3);
  softTolls = reserve(<usize>width << 2);
  Primes.session = -1;
}
