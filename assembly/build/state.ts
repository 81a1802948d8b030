import { reserve } from '../base/arena';
import { groupCount, inputs, inputsPadded, layerCount, targets } from '../problem/state';
import { isUnsparing } from '../problem/limits';
import { size } from '../problem/shape';
import { newNetwork } from '../network/weights';

/**
 * What is kept between the slices of the searches for networks. Each array is written by the file named and begun anew where the last
 * column says so. K: kept samples; NP: inputs, padded; G: samples of the robust objective; n1: neurons of the first layer.
 *
 *     array                  shape                what, unit                                              writer           begun anew by
 *     neuronSides            i8 [K]               sides of the neuron that is wanted                      separator        sidesFromLabels, sidesAll
 *     neuronRow              i16 [NP]             the best weights for them                               separator        beginNeuron..
 *     neuronPrices           f64 [NP]             |direction| of their relaxation                         separator        readySearch
 *     neuronMultipliers      f64 [K]              of their relaxation                                     separator        beginNeuron..
 *     searchRow              i16 [NP]             the local search's own row                              separator        readySearch..
 *     linearWeights          f64 [NP]             real weights of one neuron                              linear-start     beginLinear
 *     linearTimes            f64 [T]              multipliers of the rows that they are the sum of        linear-start     beginLinear
 *     linearSizes            f64 [T]              squared lengths of the rows; 0: not known yet           linear-start     beginLinear
 *     linearRow, linearBest  i16 [NP]             the weights rounded, and the best such row              linear-start     every look, beginLinear
 *     ladderBest             i64 [L][widest + 1]  best value of the layers up to l, s separators in l     ladder           buildLadder
 *     ladderChoice           i32 [L][widest + 1]  separators of the layer below that it came from         ladder           buildLadder
 *     ladderCounts           i32 [L + 1]          separators chosen, by layer                             ladder           buildLadder
 *     walk, bestWalk         i16, networks        the annealed network, and the best one                  network-search   beginNetworkSearch
 *     homeWalk               i16, a network       where the free rounds are while steps are taken         network-search   the first round
 *     homeBest               i16, a network       the best that the free rounds have met                  network-search   beginNetworkSearch
 *     obvious                i16, a network       one of those that anybody would try first               obvious          offerObvious
 *     inputCounts            i32 [inputs][2]      samples that count for the input alone, weight P, -P    obvious          offerObvious
 *     home                   i32 [G][n1]          + sample: its cluster a, in the first place; - sample:  clusters         seedClusters,
 *                                                 its b for every a; OUT: left out                                         adoptClusters
 *     owed                   i8 [n1][bytes]       sides of the neurons on the kept rows, 0: does not      clusters,        writeOwed
 *                                                 matter                                                  soft-literals
 *     means                  f64 [G][inputs]      mean image of a sample's kept rows                      clusters         surveyGroups
 *     groupRows              i32 [G]              kept rows of a sample                                   clusters         surveyGroups
 *     groupSigns             i8 [G]               its label                                               clusters         surveyGroups
 *     centres                f64 [n1][inputs]     of the k-means under way                                clusters         every run
 *     nearestCentre,         i32 [G]              a sample's centre, now and in the best run              clusters         every run
 *     nearestBest
 *     centreDistance         f64 [G]              squared, to the nearest seed                            clusters         every run
 *     gains                  i32 [G][n1][2]       worst margins of a sample on both sides of a neuron,    clusters         reassign
 *                                                 units of 1/D
 *     trimmed                i16, a network       a network with few enough weights                       trim             every try
 *     trimSizes              f64 [inputs]         sum of |x| over the kept rows                           trim             every try
 *     literalTolls           f64 [n1]             |w| of a neuron                                         soft-literals    chooseLiterals
 *     literalCosts           f64 [n1][2]          squared shortfall of the row looked at, + and -         soft-literals    every row
 */
export let neuronSides: usize = 0;
export let neuronRow: usize = 0;
export let neuronPrices: usize = 0;
export let searchRow: usize = 0;
export let neuronMultipliers: usize = 0;
export let linearWeights: usize = 0;
export let linearTimes: usize = 0;
export let linearSizes: usize = 0;
export let linearRow: usize = 0;
export let linearBest: usize = 0;
export let ladderBest: usize = 0;
export let ladderChoice: usize = 0;
export let ladderCounts: usize = 0;
export let walk: usize = 0;
export let bestWalk: usize = 0;
export let homeWalk: usize = 0;
export let homeBest: usize = 0;
export let obvious: usize = 0;
export let inputCounts: usize = 0;
export let trimmed: usize = 0;
export let trimSizes: usize = 0;
export let home: usize = 0;
export let owed: usize = 0;
export let means: usize = 0;
export let groupRows: usize = 0;
export let groupSigns: usize = 0;
export let centres: usize = 0;
export let nearestCentre: usize = 0;
export let nearestBest: usize = 0;
export let centreDistance: usize = 0;
export let gains: usize = 0;
export let literalTolls: usize = 0;
export let literalCosts: usize = 0;

/** The neuron that is wanted. Writer: separator.ts; set by `beginNeuron` and `beginNeuronFrom`. */
export class Separator {
  /** Margin of `neuronRow`, units of 1/D, */
  static margin: i32 = 0;
  /** The join asks for more than this at once, however little there is. Writer: the stage, set by `beginNeuron`. */
  static floor: i32 = i32.MIN_VALUE;
  /** and its exact bound. */
  static bound: i32 = 0;
  /** Columns that the search may move. */
  static width: i32 = 0;
  /** Mark of the local search. */
  static search: i32 = 0;
  /** Mark of the join; -1: none was begun for these sides. */
  static join: i32 = 0;
  /** The join can serve these sides. */
  static joins: bool = false;
  /** Spent on the join for these sides, */
  static joinWork: f64 = 0;
  /** and on local search. */
  static localWork: f64 = 0;
}

/** The linear start. Writer: linear-start.ts; set by `beginLinear`. */
export class Linear {
  /** Passes over the rows so far. */
  static passes: i32 = 0;
  /** Samples that `linearBest` has. */
  static count: i32 = 0;
  /** From a row to the next one. */
  static stride: i32 = 1;
  /** `Clock.work` at which it begins no further pass. */
  static until: f64 = 0;
}

/** Written by `reserveBuild`. */
export class Ladder {
  /** Neurons of the widest layer. */
  static widest: i32 = 1;
}

/** The annealing over all weights. Writer: network-search.ts; set by `beginNetworkSearch`. */
export class Walk {
  /** Samples that count with `homeBest`, */
  static homeCount: i32 = 0;
  /** and with `bestWalk`. */
  static bestCount: i32 = 0;
  /** The round takes steps of the weights. */
  static stepping: bool = false;
  /** Of `walk`. */
  static energy: f64 = 0;
  /** Of the move at hand. */
  static temperature: f64 = 1;
  /** Moves so far. */
  static turn: i32 = 0;
}

/** The clusters that stand, a of the + class and b of the - class. Writer: clusters.ts, by `seedClusters` and `adoptClusters`. */
export class Clusters {
  static a: i32 = 1;
  static b: i32 = 1;
  /** Of `owed`, a neuron. Set by `reserveBuild`. */
  static owedBytes: usize = 0;
}

/** The kind of clusters, A x B, whose turn it is. Writer: cluster-shapes.ts, by `nextShape`; `resetShapes` begins again. */
export class Shape {
  static a: i32 = 1;
  static b: i32 = 1;
  /** Of the kind that had its turn last. */
  static lastRank: i32 = 0;
}

/** Room for what the objective of the problem needs. */
export function reserveBuild(rowCount: i32): void {
  reserveObvious();
  reserveLadder();
  reserveNetworkSearch();
  if (groupCount == 0) reserveSeparator(rowCount);
  else reserveClusters(rowCount);
  if (groupCount && targets) reserveSoftLiterals();
  if (groupCount && !isUnsparing()) {
    trimmed = newNetwork();
    trimSizes = reserve(<usize>inputs << 3);
  }
}

function reserveSeparator(rowCount: i32): void {
  neuronSides = reserve(<usize>rowCount + 8);
  neuronRow = reserve(<usize>inputsPadded << 1);
  searchRow = reserve(<usize>inputsPadded << 1);
  neuronPrices = reserve(<usize>inputsPadded << 3);
  neuronMultipliers = reserve(<usize>rowCount << 3);
  linearWeights = reserve(<usize>inputsPadded << 3);
  linearTimes = reserve(<usize>rowCount << 3);
  linearSizes = reserve(<usize>rowCount << 3);
  linearRow = reserve(<usize>inputsPadded << 1);
  linearBest = reserve(<usize>inputsPadded << 1);
}

function reserveLadder(): void {
  Ladder.widest = 1;
  for (let l = 1; l <= layerCount; l++) Ladder.widest = max(Ladder.widest, size(l));
  const cells = <usize>(layerCount * (Ladder.widest + 1));
  ladderBest = reserve(cells << 3);
  ladderChoice = reserve(cells << 2);
  ladderCounts = reserve(<usize>(layerCount + 1) << 2);
}

function reserveNetworkSearch(): void {
  walk = newNetwork();
  bestWalk = newNetwork();
  homeWalk = newNetwork();
  homeBest = newNetwork();
}

function reserveObvious(): void {
  obvious = newNetwork();
  inputCounts = reserve(<usize>inputs << 3);
}

function reserveClusters(rowCount: i32): void {
  const n1 = <usize>size(1);
  home = reserve((<usize>groupCount * n1) << 2);
  Clusters.owedBytes = (<usize>rowCount + 15) & ~(<usize>15);
  owed = reserve(n1 * Clusters.owedBytes);
  means = reserve((<usize>groupCount * <usize>inputs) << 3);
  groupRows = reserve(<usize>groupCount << 2);
  groupSigns = reserve(<usize>groupCount + 8);
  centres = reserve((n1 * <usize>inputs) << 3);
  nearestCentre = reserve(<usize>groupCount << 2);
  nearestBest = reserve(<usize>groupCount << 2);
  centreDistance = reserve(<usize>groupCount << 3);
  gains = reserve((<usize>groupCount * n1) << 3);
}

function reserveSoftLiterals(): void {
  literalTolls = reserve(<usize>size(1) << 3);
  literalCosts = reserve(<usize>size(1) << 4);
}
