import { setWeight, tollOfRow, weightAt, weightRow } from '../../network/weights';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { below } from '../../base/random';
import { columnAt } from '../../neuron/count-search';
import { CountColumns, stepAsks, stepBest, stepNeeds, StepWalk } from '../../neuron/state';
import { beginSteps, walkSteps } from '../../neuron/count-steps';
import { leastWeight, mostWeight } from '../../problem/boxes';
import { inputs, label, sampleCount, size } from '../../problem/shape';
import { objective, offer } from '../../record/incumbent';
import { Answers, walkCells, walkNetwork, walkTolls, walkSums } from './state';
import { minusOf, neuronsOf, plusOf, writeAnswer } from './answers';

/**
 * Local search for SM with hidden layers, whatever the inputs: with an answer of the layers above (answers.ts) and all first-layer neurons
 * but one as they are, every sample either has its label anyway, or has it with that neuron on one side, or not at all. So
 * the neuron is a single one that rows ask for a side, which the walk by single steps works on (neuron/count-steps.ts). Neurons
 * in turn until none gains; then one is thrown somewhere else, or all are and the answer with them.
 */
const IDLE = 40; // moves of a neuron that gain nothing
const WALK: f64 = 4e6;
const KICKS = 12;

let answer: i32 = 0;
let neuron: i32 = 0;
let idle: i32 = 0; // neurons in a row that have not gained
let count: i32 = 0;
let kicks: i32 = 0;

export function beginAnswerWalk(): void {
  answer = 0;
  neuron = 0;
  idle = size(1);
  count = 0;
  kicks = KICKS;
}

// @ts-ignore: decorator
@inline
function sumsOf(j: i32): usize {
  return walkSums + ((<usize>j * <usize>CountColumns.padded) << 2);
}

/** One neuron's walk. The columns and the answers must stand. */
export function stepAnswerWalk(): void {
  if (Answers.count == 0) return;
  if (idle >= neuronsOf(answer)) kick();
  if (neuron >= neuronsOf(answer)) neuron = 0;
  const row = weightRow(walkNetwork, 0, neuron);
  const anyway = ask();
  beginSteps(row);
  const before = anyway + StepWalk.count;
  walkSteps(WALK, IDLE);
  if (anyway + StepWalk.best > count) idle = 0;
  else idle++;
  count = anyway + StepWalk.best;
  if (StepWalk.best + anyway >= before) {
    memory.copy(row, stepBest, <usize>inputs << 1);
    sumUp(neuron);
  }
  if (<i64>count > objective) {
    writeAnswer(answer, walkNetwork);
    offer(walkNetwork);
  }
  neuron++;
}

function kick(): void {
  const all = kicks >= KICKS;
  kicks = all ? 0 : kicks + 1;
  if (all) answer = below(Answers.count);
  const one = below(max(1, neuronsOf(answer)));
  for (let j = 0; j < size(1); j++) {
    if (!all && j != one) continue;
    const row = weightRow(walkNetwork, 0, j);
    for (let i = 0; i < inputs; i++) setWeight(row, i, leastWeight(i) + below(mostWeight(i) - leastWeight(i) + 1));
    sumUp(j);
  }
  idle = 0;
  count = 0;
  neuron = one + (all ? 0 : 1);
}

/** y * S of a neuron, and what the L-infinity box takes of it. */
function sumUp(j: i32): void {
  const row = weightRow(walkNetwork, 0, j);
  const sums = sumsOf(j);
  memory.fill(sums, 0, <usize>CountColumns.padded << 2);
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(row, i);
    breathe();
    if (w) addColumn(sums, i, w);
  }
  store<i32>(walkTolls + (<usize>j << 2), tollOfRow(row));
  spend(<f64>inputs * <f64>CountColumns.padded / 4);
}

function addColumn(sums: usize, i: i32, w: i32): void {
  const column = columnAt(i);
  const factor = i32x4.splat(w);
  for (let k = 0; k < CountColumns.padded; k += 4) {
    const at = sums + (<usize>k << 2);
    v128.store(at, i32x4.add(v128.load(at), i32x4.mul(factor, v128.load_ext<i16>(column + (<usize>k << 1)))));
  }
}

/** Writes what the samples ask of the neuron; returns how many have their label anyway. */
function ask(): i32 {
  const relevant = neuronsOf(answer);
  const plus = plusOf(answer);
  const minus = minusOf(answer);
  let anyway = 0;
  memory.fill(walkCells, 0, <usize>CountColumns.padded << 2);
  for (let j = 0; j < size(1); j++) if (j != neuron) markCells(j, j < relevant);
  breathe();
  for (let k = 0; k < sampleCount; k++) {
    const cell = load<i32>(walkCells + (<usize>k << 2));
    const y = label(k);
    const right = y > 0 ? plus : minus;
    const up = cell >= 0 ? <i32>(right >>> <u64>(cell | (1 << neuron))) & 1 : 0;
    const down = cell >= 0 ? <i32>(right >>> <u64>cell) & 1 : 0;
    anyway += up & down;
    store<i16>(stepAsks + (<usize>k << 1), <i16>((up - down) * y));
    store<i32>(stepNeeds + (<usize>k << 2), down);
  }
  spend(<f64>sampleCount * <f64>(2 + size(1)));
  return anyway;
}

/** Adds the signs of neuron `j` to the cells; where they are not certain a cell is below 0. */
function markCells(j: i32, matters: bool): void {
  const sums = sumsOf(j);
  const slack = load<i32>(walkTolls + (<usize>j << 2));
  for (let k = 0; k < sampleCount; k++) {
    const s = label(k) * load<i32>(sums + (<usize>k << 2));
    const at = walkCells + (<usize>k << 2);
    if (s >= slack) store<i32>(at, load<i32>(at) | i32(matters) << j);
    else if (-s <= slack) store<i32>(at, i32.MIN_VALUE);
  }
}
