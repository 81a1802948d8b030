import { newNetwork, weightRow } from '../../network/weights';
import { inputsPadded, keptCount, layerCount, size } from '../../problem/shape';
import { writeUpper } from '../../upper/upper-layers';
import { relaxMaxMin } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { objective, offer, stage, STAGE_SM } from '../../record/incumbent';
import { attainableOn } from '../weights/attainable';
import { beginNeuronTree, growNeuronTree, treeBound, treeMargin, treeOpen } from '../weights/neuron-tree';
import { boundAt, totalOf } from '../sides/node-pool';
import { networkBytes } from '../../network/state';

/**
 * A node of the certificate tree whose literals leave only the weights to be found: its neurons one by one, each to the
 * optimum of its own literals or as far as its slices go. One slice a step, so that whatever shares the work with the
 * tree has its turn and a limit comes in time; all of a node in one go spent 2.0e9 where 1.5e9 were allowed.
 */
const SLICE_NODES = 10;
const FIRST_SLICES = 5;

let trial: usize = 0;
let node: usize = 0;
let sides: usize = 0; // i8 [n1][bytes], the tree's
let sidesBytes: usize = 0;
let ceiling: i32 = 0;
let neuron: i32 = -1;
let mark: i32 = 0; // of that neuron's tree
let slices: i32 = 0;
let most: i32 = FIRST_SLICES; // a neuron's; doubled whenever that was not enough
/** What the node is worth at most by the neurons' trees so far; whether that is the whole truth. */
export let settledValue: i64 = 0;
export let settledAll: bool = false;

export function reserveSettling(): void {
  trial = newNetwork();
}

export function startSettling(): void {
  most = FIRST_SLICES;
}

/** A node was not settled: the next ones may take more. */
export function allowMore(): void {
  most *= 2;
}

/** What a neuron's literals allow at most; no row on the - side: it may be constant. */
export function boundBySides(mine: usize, knownCeiling: i32): i32 {
  let minus = false;
  for (let k = 0; k < keptCount && !minus; k++) minus = load<i8>(mine + <usize>k) < 0;
  if (!minus) return i32.MAX_VALUE;
  resetBoxes();
  return attainableOn(mine, relaxMaxMin(mine, knownCeiling));
}

/** The upper layers found last become the ones of the network that the neurons are tried in. */
export function beginSettling(which: usize, allSides: usize, bytes: usize, knownCeiling: i32): void {
  node = which;
  sides = allSides;
  sidesBytes = bytes;
  ceiling = knownCeiling;
  memory.fill(trial, 0, networkBytes);
  if (layerCount > 1) writeUpper(trial);
  neuron = -1;
  settledValue = stage == STAGE_SM ? totalOf(node) : i64.MAX_VALUE;
  settledAll = true;
  nextNeuron();
}

function nextNeuron(): void {
  do {
    if (++neuron == size(1)) return;
  } while (boundBySides(sides + <usize>neuron * sidesBytes, ceiling) == i32.MAX_VALUE);
  const row = weightRow(trial, 0, neuron);
  memory.fill(row, 0, <usize>inputsPadded << 1);
  mark = beginNeuronTree(sides + <usize>neuron * sidesBytes, row, min(ceiling, load<i32>(boundAt(node, neuron))));
  slices = 0;
}

/** A slice; true when all neurons had theirs, and the network of their weights has been offered. */
export function stepSettling(): bool {
  if (neuron == size(1)) {
    offer(trial);
    return true;
  }
  const target = stage == STAGE_SM ? -1 : <i32>max<i64>(objective, -1);
  growNeuronTree(mark, SLICE_NODES, target);
  const solved = !treeOpen(mark) || treeBound(mark) <= target || (stage == STAGE_SM && treeMargin(mark) >= 0);
  if (!solved && ++slices < most) return false;
  settledAll = settledAll && solved;
  const own = boundAt(node, neuron);
  store<i32>(own, min(load<i32>(own), treeBound(mark)));
  if (stage != STAGE_SM) settledValue = min(settledValue, <i64>treeBound(mark));
  else if (treeBound(mark) < 0) settledValue = i64.MIN_VALUE;
  nextNeuron();
  return false;
}
