import { copyRow, weightRow } from '../network/weights';
import { epsilon, groupCount, inputsPadded, marginScale, size } from '../problem/shape';
import { Alone, aloneRows, aloneTargets, aloneValues, aloneVersions, sidesOf, versionOf } from './state';
import { incumbent, stage, STAGE_MW, STAGE_SM } from '../record/incumbent';
import { requirements } from './neuron';
import { hasSide } from '../search/weights/attainable';
import { beginCoverTree, beginNeuronTree, growNeuronTree, treeBound, treeMargin, treeOpen } from '../search/weights/neuron-tree';

/**
 * What one neuron can reach with the rows that have a side of it, by the best-first tree of Level B, which writes nothing:
 * it tells a tree that writes its proof which bound a lemma should aim at, or whose weights are worth branching on. Done in
 * slices; remembered while the neuron's sides stay as they are.
 */
const ALONE_SLICES = 5000;
const SLICE_NODES = 20;

/** Nothing is known yet. No margin of a neuron exceeds `knownCeiling` (not read under MW). */
export function beginAlone(knownCeiling: i32): void {
  Alone.ceiling = knownCeiling;
  memory.fill(aloneVersions, 0, <usize>size(1) << 2);
  Alone.neuron = -1;
}

/** i16 [NP]: good weights of neuron `j` as it was last looked at. */
// @ts-ignore: decorator
@inline
export function aloneRow(j: i32): usize {
  return aloneRows + <usize>(j * inputsPadded) * 2;
}

/** The best value that neuron `j` can have, or a bound of it where its tree gave up; once it `isKnownAlone`. */
export function aloneValue(j: i32): i32 {
  return load<i32>(aloneValues + (<usize>j << 2));
}

/**
 * Under the robust objective no ceiling is one of what the neuron can do on its literals: SM has no use for more than 0, MM for
 * more than the dimmest row allows. A tree rounds its ceiling down to what some weights can have, which on - sides alone was
 * less than the ceiling: it is rounded up to that here.
 */
function ceilingOn(sides: usize): i32 {
  if (groupCount == 0 || hasSide(sides, 1)) return Alone.ceiling;
  return (Alone.ceiling + epsilon + marginScale - 1) / marginScale * marginScale - epsilon;
}

/** Whether `aloneValue` is known, down to `target`; else begins to find it out: go on with `goOnAlone`. */
export function isKnownAlone(j: i32, target: i32): bool {
  const at = <usize>j << 2;
  if (load<i32>(aloneVersions + at) == versionOf(j) && load<i32>(aloneTargets + at) <= target) return true;
  const sides = sidesOf(j);
  copyRow(aloneRow(j), weightRow(incumbent, 0, j), 0);
  if (stage == STAGE_MW) Alone.mark = beginCoverTree(sides, aloneRow(j), requirements(j));
  else Alone.mark = beginNeuronTree(sides, aloneRow(j), ceilingOn(sides));
  Alone.neuron = j;
  Alone.slices = 0;
  store<i32>(aloneTargets + at, target);
  return false;
}

/** A slice; true when the neuron is settled (or has been given up: the value is then a bound). */
export function goOnAlone(): bool {
  const at = <usize>Alone.neuron << 2;
  const target = load<i32>(aloneTargets + at);
  growNeuronTree(Alone.mark, SLICE_NODES, target);
  const enough = !treeOpen(Alone.mark) || treeBound(Alone.mark) <= target || (stage == STAGE_SM && treeMargin(Alone.mark) >= 0);
  if (!enough && ++Alone.slices < ALONE_SLICES) return false;
  store<i32>(aloneVersions + at, versionOf(Alone.neuron));
  store<i32>(aloneValues + at, treeBound(Alone.mark));
  Alone.neuron = -1;
  return true;
}
