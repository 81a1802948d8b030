import { reserveBuild } from '../build/state';
import { reserveLiteralTree } from '../proving/literals/state';
import { reserveRowProof } from '../proving/rows/state';
import { reserveSideTree } from '../proving/sides/state';
import { reserveProving } from '../proving/state';
import { reserveLiterals } from '../search/literals/state';
import { reserveRobustStages } from '../stages/robust/state';
import { reserveSoftStages } from '../stages/soft/state';
import { reserveFlips } from '../neuron/flips/state';
import { reserveNeuron } from '../neuron/state';
import { groupCount, layerCount, sampleCount, settleBoxes, targets } from '../problem/shape';
import { isUnsparing, settleLimits } from '../problem/limits';
import { reserveRecord } from '../record/state';
import { reserveGomory } from '../relax/cuts/state';
import { resetBoxes } from '../relax/exact/safe-bound';
import { reserveCountBound, reserveCuts, reserveSafeBound, reserveSoftBound, reserveTwins } from '../relax/exact/state';
import { reserveNeuronLp } from '../relax/lp/neuron-lp';
import { reserveCounts } from '../search/counts/state';
import { reserveActivationTree } from '../search/sides/activation-tree';
import { reserveCoverTree } from '../search/sides/cover-tree';
import { reserveBoundTable, reservePatternCache, reservePatternList, reservePatternSets, reserveServed, reserveSettling } from '../search/sides/state';
import { forgetLimited, reserveLimited, reserveNetworkTree } from '../search/limits/state';
import { reserveSoftSearch } from '../search/soft/state';
import { isTiny, networksEnumerated } from '../search/tables/enumerate';
import { MOST_VECTORS as TABLE_VECTORS, reserveEnumeration, reserveTables } from '../search/tables/state';
import { reserveWeights } from '../search/weights/state';
import { reserveLeaf } from '../stages/paper/row-leaf';
import { reservePaperStages } from '../stages/paper/state';
import { reserveNetwork } from '../network/state';
import { reserveCompletions, reserveUpperLayers } from '../upper/state';
import { reserveTrace } from '../base/trace';
import { reserveWitness } from '../witness/state';

/**
 * What every room takes of the arena, one function a room: first what all objectives need, then what one of them does. A
 * room that has a `reserve` of its own is called by one line here.
 */

/** An export, so that it stays a function, as all that are called between `enter` and `leave`. */
export function reserveAll(treeBytes: i32): void {
  const rows = sampleCount;
  const bytes = <usize>treeBytes;
  settleBoxes();
  settleLimits();
  reserveNetwork();
  reserveRecord(64 * rows + (1 << 15));
  relaxRoom(rows);
  reserveNeuron(rows);
  reserveUpperLayers();
  reserveBuild(rows);
  reserveEnumeration(isTiny());
  reserveWeights(treeBytes / 32, rows);
  reserveProving(rows);
  if (groupCount) robustRooms(rows, bytes);
  else paperRooms(rows, bytes);
  reserveWitness();
  reserveTrace();
  resetBoxes();
}

function relaxRoom(rows: i32): void {
  reserveSafeBound(rows);
  reserveCuts();
  reserveGomory(rows);
  reserveNeuronLp(rows);
}

function paperRooms(rows: i32, treeBytes: usize): void {
  reserveTwins();
  reserveCountBound();
  reserveFlips(rows);
  sidesRoom(rows, treeBytes);
  reserveTables(networksEnumerated() == 0 ? 0 : TABLE_VECTORS);
  reserveCounts();
  reserveRowProof();
  reserveLimited();
  reserveNetworkTree(rows);
  reserveSideTree();
  reserveLeaf();
  reservePaperStages(rows);
}

function sidesRoom(rows: i32, treeBytes: usize): void {
  reserveActivationTree(rows, treeBytes);
  reserveCoverTree();
  if (layerCount > 1) reserveServed(rows);
  reserveBoundTable(rows);
  reservePatternCache(rows);
  if (layerCount > 1) {
    reservePatternList(rows);
    reservePatternSets();
  }
  reserveSettling(rows);
}

function robustRooms(rows: i32, treeBytes: usize): void {
  reserveCompletions();
  reserveLiterals(rows, treeBytes);
  reserveLiteralTree(rows);
  reserveRobustStages(rows);
  forgetLimited();
  if (layerCount == 1 && targets == 0 && !isUnsparing()) reserveNetworkTree(rows);
  if (targets) softRooms(rows, treeBytes);
}

function softRooms(rows: i32, treeBytes: usize): void {
  reserveSoftBound(rows);
  reserveSoftSearch(treeBytes / 2);
  reserveSoftStages();
}
