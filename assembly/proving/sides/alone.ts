import { reserve } from '../../base/arena';
import { copyRow, weightRow } from '../../network/weights';
import { inputsPadded, size } from '../../problem/shape';
import { freeNeuronBound } from '../../relax/exact/ceilings';
import { requiredOf } from './bound';
import { boundOf, sidesOf, versionOf } from '../node-state';
import { incumbent } from '../../record/incumbent';
import { beginCoverTree, beginNeuronTree, neuronTreeOpen, stepNeuronTree, treeBound } from '../../search/weights/neuron-tree';
import { minimise } from '../proof-path';

/**
 * The true optimum of one neuron whose sides are all decided, by the best-first tree of Level B: that tree writes nothing
 * down, but it says which bound a lemma of the certified tree should aim at. It is done in slices, and what it found is
 * kept while the neuron's sides are the same.
 */
const ALONE_NODES = 100000;

let aloneRows: usize = 0; // i16 [n1][NP]
let aloneVersion: usize = 0; // i32 [n1]
let aloneTarget: usize = 0; // i32 [n1]
let aloneValue: usize = 0; // i32 [n1]
let aloneNodes: i32 = 0;
/** The neuron that is being solved alone just now, -1: none. */
export let aloneNeuron: i32 = -1;

export function reserveAlone(): void {
  const n = <usize>size(1);
  aloneRows = reserve((n * <usize>inputsPadded) << 1);
  aloneVersion = reserve(n << 2);
  aloneTarget = reserve(n << 2);
  aloneValue = reserve(n << 2);
}

export function beginAlone(): void {
  aloneNeuron = -1;
  memory.fill(aloneVersion, 0, <usize>size(1) << 2);
}

/** i16 [NP]: good weights of neuron `j` as it was last solved. */
// @ts-ignore: decorator
@inline
export function aloneRow(j: i32): usize {
  return aloneRows + <usize>(j * inputsPadded) * 2;
}

/**
 * The best value that neuron `j` can have with its sides, or a bound of it, by the best-first tree; good weights go to
 * `aloneRow(j)`. Values at or below `target` need not be told apart.
 */
export function solveAlone(j: i32, target: i32): i32 {
  const at = <usize>j << 2;
  if (load<i32>(aloneVersion + at) == versionOf(j) && load<i32>(aloneTarget + at) <= target) {
    return load<i32>(aloneValue + at);
  }
  const sides = sidesOf(j);
  copyRow(aloneRow(j), weightRow(incumbent, 0, j), 0);
  if (minimise) {
    beginCoverTree(sides, aloneRow(j), requiredOf(j));
  } else beginNeuronTree(sides, aloneRow(j), freeNeuronBound());
  aloneNeuron = j;
  aloneNodes = 0;
  store<i32>(aloneTarget + at, target);
  return boundOf(j);
}

/** A slice of the best-first tree that `solveAlone` began; true when it is done. */
export function goOnAlone(): bool {
  const at = <usize>aloneNeuron << 2;
  const target = load<i32>(aloneTarget + at);
  for (let n = 0; n < 20 && neuronTreeOpen && treeBound > target; n++) {
    stepNeuronTree(target);
    aloneNodes++;
  }
  if (neuronTreeOpen && treeBound > target && aloneNodes < ALONE_NODES) return false;
  store<i32>(aloneVersion + at, versionOf(aloneNeuron));
  store<i32>(aloneValue + at, treeBound);
  aloneNeuron = -1;
  return true;
}
