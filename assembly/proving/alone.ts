import { reserve } from '../base/arena';
import { copyRow, weightRow } from '../network/weights';
import { inputsPadded, size } from '../problem/shape';
import { sidesOf, versionOf } from './state';
import { incumbent, stage, STAGE_MW, STAGE_SM } from '../record/incumbent';
import { requirements } from './neuron';
import { beginCoverTree, beginNeuronTree, growNeuronTree, neuronTreeOpen, treeBound, treeMargin } from '../search/weights/neuron-tree';

/**
 * What one neuron can reach with the rows that have a side of it, by the best-first tree of Level B, which writes nothing:
 * it tells a tree that writes its proof which bound a lemma should aim at, or whose weights are worth branching on. Done in
 * slices; remembered while the neuron's sides stay as they are.
 */
const ALONE_SLICES = 5000;
const SLICE_NODES = 20;

let rows: usize = 0; // i16 [n1][NP]: the best weights found
let versions: usize = 0; // i32 [n1]
let targets: usize = 0; // i32 [n1]: values up to it were not told apart
let values: usize = 0; // i32 [n1]
let ceiling: i32 = 0; // of any neuron's margin; not read under MW
let slices: i32 = 0;
/** The neuron that is being looked at just now, -1: none. */
export let aloneNeuron: i32 = -1;

export function reserveAlone(): void {
  const n = <usize>size(1);
  rows = reserve((n * <usize>inputsPadded) << 1);
  versions = reserve(n << 2);
  targets = reserve(n << 2);
  values = reserve(n << 2);
}

/** Nothing is known yet. No margin of a neuron exceeds `knownCeiling` (not read under MW). */
export function beginAlone(knownCeiling: i32): void {
  ceiling = knownCeiling;
  memory.fill(versions, 0, <usize>size(1) << 2);
  aloneNeuron = -1;
}

/** i16 [NP]: good weights of neuron `j` as it was last looked at. */
// @ts-ignore: decorator
@inline
export function aloneRow(j: i32): usize {
  return rows + <usize>(j * inputsPadded) * 2;
}

/** The best value that neuron `j` can have, or a bound of it where its tree gave up; once it `isKnownAlone`. */
export function aloneValue(j: i32): i32 {
  return load<i32>(values + (<usize>j << 2));
}

/** Whether `aloneValue` is known, down to `target`; else begins to find it out: go on with `goOnAlone`. */
export function isKnownAlone(j: i32, target: i32): bool {
  const at = <usize>j << 2;
  if (load<i32>(versions + at) == versionOf(j) && load<i32>(targets + at) <= target) return true;
  const sides = sidesOf(j);
  copyRow(aloneRow(j), weightRow(incumbent, 0, j), 0);
  if (stage == STAGE_MW) beginCoverTree(sides, aloneRow(j), requirements(j));
  else beginNeuronTree(sides, aloneRow(j), ceiling);
  aloneNeuron = j;
  slices = 0;
  store<i32>(targets + at, target);
  return false;
}

/** A slice; true when the neuron is settled (or has been given up: the value is then a bound). */
export function goOnAlone(): bool {
  const at = <usize>aloneNeuron << 2;
  const target = load<i32>(targets + at);
  growNeuronTree(SLICE_NODES, target);
  const enough = !neuronTreeOpen || treeBound <= target || (stage == STAGE_SM && treeMargin >= 0);
  if (!enough && ++slices < ALONE_SLICES) return false;
  store<i32>(versions + at, versionOf(aloneNeuron));
  store<i32>(values + at, treeBound);
  aloneNeuron = -1;
  return true;
}
