import { reserve } from '../../base/arena';
import { prepareSoft } from '../../network/soft';
import { newNetwork, setWeight, weightRow } from '../../network/weights';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputs, inputsPadded, kept, keptCount, sampleRow, size, weightBound } from '../../problem/shape';
import { nextShape, resetShapes, shapeA, shapeB } from '../../build/cluster-shapes';
import { wireClusters } from '../../build/cluster-wiring';
import { clustersA, clustersB, hasMinus, owedBy, seedClusters, surveyGroups, writeOwed } from '../../build/clusters';
import { chooseLiterals } from '../../build/soft-literals';
import { packSoft, relaxSoft, roundSoft, settleSoft } from '../../neuron/soft-neuron';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, offer } from '../../record/incumbent';
import { offerConstants } from '../../build/simple-networks';
import { networkBytes } from '../../network/state';

/**
 * Robust MM with a soft target (docs/robust.md): least sum of squared shortfalls. Clusters of both classes say in the first
 * place which neurons each row relies on; then, in turn,
 *
 *     relax    every neuron's real weights are fitted to the rows that rely on it
 *     choose   every row takes the prime implicant of its label that lacks least: copies of one sample may rely on different
 *              neurons, which is worth a point and a half of accuracy against whole samples
 *     settle   weights are rounded and settled over the integers; rows choose once more, neurons settle again
 *
 * It is the alternation of k-means with shortfall for a distance. The best network offered stands.
 */
const ENUMERATE = 0;
const RELAX = 1;
const SETTLE = 2;
const IDLE = 3;

const KMEANS_RUNS = 8;
const RELAX_ROUNDS = 7;
const RELAX_PASSES = 30;
const SETTLE_ROUNDS = 3;
const SETTLE_PASSES = 30;
/** Passes a slice: some ten milliseconds with thousands of rows. */
const SLICE_PASSES = 5;

let phase: i32 = IDLE;
let trial: usize = 0;
let weights: usize = 0; // f64 [n1][NP]
let neuron: i32 = 0;
let passes: i32 = 0; // of the neuron at hand; 0: not packed yet
let round: i32 = 0;

export function reserveSoftStage(): void {
  const n1 = <usize>size(1);
  trial = newNetwork();
  weights = reserve((n1 * <usize>inputsPadded) << 3);
}

export function beginSoft(): void {
  surveyGroups();
  improveBound(0); // a sum of squares
  offerConstants(trial);
  if (closed()) return;
  if (isTiny()) {
    phase = ENUMERATE;
    beginEnumeration();
    return;
  }
  resetShapes();
  beginFit();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepSoft(): bool {
  if (phase == ENUMERATE) return stepEnumeration(500) && enumerating;
  if (phase == IDLE || closed()) return false;
  if (neuron < clustersA * clustersB) fitNext();
  else if (phase == RELAX) endRelaxRound();
  else endSettleRound();
  return phase != IDLE && !closed();
}

function beginFit(): void {
  nextShape();
  memory.fill(trial, 0, networkBytes);
  wireClusters(trial, shapeA, shapeB);
  prepareSoft(trial);
  seedClusters(shapeA, shapeB, KMEANS_RUNS);
  writeOwed();
  offerMeans();
  memory.fill(weights, 0, (<usize>size(1) * <usize>inputsPadded) << 3);
  phase = RELAX;
  beginRound(0);
}

function beginRound(which: i32): void {
  round = which;
  neuron = 0;
  passes = 0;
}

function nextNeuron(): void {
  neuron++;
  passes = 0;
}

// @ts-ignore: decorator
@inline
function weightsOf(j: i32): usize {
  return weights + ((<usize>j * <usize>inputsPadded) << 3);
}

/** Some passes for the neuron at hand; one that nobody asks for a - side stays without weights, which is +. */
function fitNext(): void {
  const sides = owedBy(neuron);
  const mine = weightsOf(neuron);
  if (passes == 0) {
    if (!hasMinus(sides)) {
      memory.fill(mine, 0, <usize>inputsPadded << 3);
      nextNeuron();
      return;
    }
    if (phase == SETTLE && round == 0) roundSoft(mine);
    packSoft(sides, mine);
  }
  const still = phase == RELAX ? relaxSoft(mine, SLICE_PASSES) : settleSoft(mine, SLICE_PASSES, false);
  passes += SLICE_PASSES;
  if (still || passes >= (phase == RELAX ? RELAX_PASSES : SETTLE_PASSES)) nextNeuron();
}

/** Real weights by their nearest integers: a stage that is stopped early has an answer. */
function offerRounded(): void {
  for (let j = 0; j < clustersA * clustersB; j++) {
    const row = weightRow(trial, 0, j);
    for (let i = 0; i < inputs; i++) setWeight(row, i, <i32>nearest(load<f64>(weightsOf(j) + (<usize>i << 3))));
  }
  offer(trial);
}

/** The signs of the mean differences, before anything is fitted. */
function offerMeans(): void {
  for (let j = 0; j < clustersA * clustersB; j++) {
    const sides = owedBy(j);
    for (let i = 0; i < inputs; i++) {
      let sum: i64 = 0;
      breathe();
      strain(<f64>(2 * keptCount));
      for (let k = 0; k < keptCount; k++) {
        sum += <i64>load<i8>(sides + <usize>k) * <i64>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
      }
      setWeight(weightRow(trial, 0, j), i, sum > 0 ? weightBound : sum < 0 ? -weightBound : 0);
    }
  }
  spend(<f64>(keptCount * inputs));
  offer(trial);
}

function endRelaxRound(): void {
  offerRounded();
  if (round + 1 < RELAX_ROUNDS && chooseLiterals(weights, clustersA * clustersB)) {
    beginRound(round + 1);
    return;
  }
  phase = SETTLE;
  beginRound(0);
}

function endSettleRound(): void {
  offerRounded();
  if (round + 1 < SETTLE_ROUNDS && chooseLiterals(weights, clustersA * clustersB)) {
    beginRound(round + 1);
    return;
  }
  phase = IDLE;
}
