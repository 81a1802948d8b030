import { weightRow } from '../../network/weights';
import { inputsPadded, keptCount, layerCount, size } from '../../problem/shape';
import { writeUpper } from '../../upper/upper-layers';
import { relaxMaxMin } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { objective, offer, stage, STAGE_SM } from '../../record/incumbent';
import { attainableOn } from '../weights/attainable';
import { beginNeuronTree, growNeuronTree, treeBound, treeMargin, treeOpen } from '../weights/neuron-tree';
import { clearBounds, findBound, rememberBound } from '../sides/bound-table';
import { boundAt, totalOf } from '../sides/node-pool';
import { Found } from '../sides/state';
import { spend } from '../../base/clock';
import { networkBytes } from '../../network/state';
import { CertificateTree, FIRST_SLICES, settleTrial, Settling } from './state';

/**
 * A node of the certificate tree whose literals leave only the weights to be found: its neurons one by one, each to the
 * optimum of its own literals or as far as its slices go. One slice a step, so that whatever shares the work with the
 * tree has its turn and a limit comes in time; all of a node in one go spent 2.0e9 where 1.5e9 were allowed.
 */
const SLICE_NODES = 10;

export function startSettling(): void {
  Settling.most = FIRST_SLICES;
}

/** Bounds that are kept are of one stage and one ceiling. */
export function forgetBounds(): void {
  if (CertificateTree.remembers) clearBounds();
}

/** A node was not settled: the next ones may take more. */
export function allowMore(): void {
  Settling.most *= 2;
}

/**
 * What a neuron's literals allow at most; no row on the - side: it may be constant. Nodes combine the literals of several neurons, so that
 * the same ones come up under many others: their bounds are kept (on pairs of MNIST with 420 rows nine of ten are found there).
 */
export function boundBySides(mine: usize, knownCeiling: i32): i32 {
  let minus = false;
  for (let k = 0; k < keptCount && !minus; k++) minus = load<i8>(mine + <usize>k) < 0;
  if (!minus) return i32.MAX_VALUE;
  spend(<f64>keptCount / 4);
  if (CertificateTree.remembers && findBound(mine)) return Found.bound;
  resetBoxes();
  const bound = attainableOn(mine, relaxMaxMin(mine, knownCeiling));
  if (CertificateTree.remembers) rememberBound(mine, bound, true);
  return bound;
}

/** The upper layers found last become the ones of the network that the neurons are tried in. */
export function beginSettling(which: usize, allSides: usize, bytes: usize, knownCeiling: i32): void {
  Settling.node = which;
  Settling.sides = allSides;
  Settling.sidesBytes = bytes;
  Settling.ceiling = knownCeiling;
  memory.fill(settleTrial, 0, networkBytes);
  if (layerCount > 1) writeUpper(settleTrial);
  Settling.neuron = -1;
  Settling.value = stage == STAGE_SM ? totalOf(Settling.node) : i64.MAX_VALUE;
  Settling.all = true;
  nextNeuron();
}

function nextNeuron(): void {
  do {
    if (++Settling.neuron == size(1)) return;
  } while (boundBySides(Settling.sides + <usize>Settling.neuron * Settling.sidesBytes, Settling.ceiling) == i32.MAX_VALUE);
  const row = weightRow(settleTrial, 0, Settling.neuron);
  memory.fill(row, 0, <usize>inputsPadded << 1);
  Settling.mark = beginNeuronTree(Settling.sides + <usize>Settling.neuron * Settling.sidesBytes, row, min(Settling.ceiling, load<i32>(boundAt(Settling.node, Settling.neuron))));
  Settling.slices = 0;
}

/** A slice; true when all neurons had theirs, and the network of their weights has been offered. */
export function stepSettling(): bool {
  if (Settling.neuron == size(1)) {
    offer(settleTrial);
    return true;
  }
  const target = stage == STAGE_SM ? -1 : <i32>max<i64>(objective, -1);
  growNeuronTree(Settling.mark, SLICE_NODES, target);
  const solved = !treeOpen(Settling.mark) || treeBound(Settling.mark) <= target || (stage == STAGE_SM && treeMargin(Settling.mark) >= 0);
  if (!solved && ++Settling.slices < Settling.most) return false;
  Settling.all = Settling.all && solved;
  const own = boundAt(Settling.node, Settling.neuron);
  store<i32>(own, min(load<i32>(own), treeBound(Settling.mark)));
  if (stage != STAGE_SM) Settling.value = min(Settling.value, <i64>treeBound(Settling.mark));
  else if (treeBound(Settling.mark) < 0) Settling.value = i64.MIN_VALUE;
  nextNeuron();
  return false;
}
