import { reserveClusters } from '../build/clusters';
import { reserveLadder } from '../build/ladder';
import { reserveNetworkSearch } from '../build/network-search';
import { reserveObvious } from '../build/obvious';
import { reserveSeparator } from '../build/separator';
import { reserveSoftLiterals } from '../build/soft-literals';
import { reserveFlips } from '../neuron/flips/state';
import { reserveNeuron } from '../neuron/state';
import { groupCount, layerCount, sampleCount, targets } from '../problem/shape';
import { reserveLiteralTree } from '../proving/literals/tree';
import { reserveSideTree } from '../proving/sides/tree';
import { reserveNodeState } from '../proving/state';
import { reserveRecord } from '../record/state';
import { reserveGomory } from '../relax/cuts/state';
import { resetBoxes } from '../relax/exact/safe-bound';
import { reserveCountBound, reserveCuts, reserveSafeBound, reserveTwins } from '../relax/exact/state';
import { reserveNeuronLp } from '../relax/lp/neuron-lp';
import { reserveCounts } from '../search/counts/state';
import { reserveCertificateTree } from '../search/literals/certificate-tree';
import { reserveContradictions } from '../search/literals/contradictions';
import { reserveActivationTree } from '../search/sides/activation-tree';
import { reserveCoverTree } from '../search/sides/cover-tree';
import { reserveServedTree } from '../search/sides/served-tree';
import { reserveBoundTable, reservePatternCache, reservePatternList, reservePatternSets, reserveServed, reserveSettling } from '../search/sides/state';
import { isTiny, networksEnumerated } from '../search/tables/enumerate';
import { MOST_VECTORS as TABLE_VECTORS, reserveEnumeration, reserveTables } from '../search/tables/state';
import { reserveWeights } from '../search/weights/state';
import { reserveMm } from '../stages/paper/mm';
import { reserveMw } from '../stages/paper/mw';
import { reserveSm } from '../stages/paper/sm';
import { reserveRobust } from '../stages/robust/robust';
import { reserveRobustMw } from '../stages/robust/robust-mw';
import { reserveSoftStage } from '../stages/soft/soft';
import { reserveSoftMw } from '../stages/soft/soft-mw';
import { reserveNetwork } from '../network/state';
import { reserveUpperLayers } from '../upper/state';

/**
 * What every room takes of the arena, one function a room: first what all objectives need, then what one of them does. A
 * room that has a `reserve` of its own is called by one line here.
 */

/** An export, so that it stays a function, as all that are called between `enter` and `leave`. */
export function reserveAll(treeBytes: i32): void {
  const rows = sampleCount;
  const bytes = <usize>treeBytes;
  reserveNetwork();
  reserveRecord(64 * rows + (1 << 15));
  relaxRoom(rows);
  reserveNeuron(rows);
  reserveUpperLayers();
  buildRoom(rows);
  reserveEnumeration(isTiny());
  weightsRoom(treeBytes, rows);
  if (groupCount) robustRooms(rows, bytes);
  else paperRooms(rows, bytes);
  resetBoxes();
}

function relaxRoom(rows: i32): void {
  reserveSafeBound(rows);
  reserveCuts();
  reserveGomory(rows);
  reserveNeuronLp(rows);
}

function buildRoom(rows: i32): void {
  reserveObvious();
  reserveLadder();
  reserveNetworkSearch();
}

function weightsRoom(treeBytes: i32, rows: i32): void {
  reserveWeights(treeBytes / 32, rows);
}

function paperRooms(rows: i32, treeBytes: usize): void {
  reserveTwins();
  reserveCountBound();
  reserveFlips(rows);
  reserveSeparator(rows);
  sidesRoom(rows, treeBytes);
  reserveTables(networksEnumerated() == 0 ? 0 : TABLE_VECTORS);
  reserveCounts();
  reserveNodeState(rows);
  reserveSideTree(rows);
  reserveSm();
  reserveMm();
  reserveMw(rows);
}

function sidesRoom(rows: i32, treeBytes: usize): void {
  reserveActivationTree(rows, treeBytes);
  reserveCoverTree();
  if (layerCount > 1) {
    reserveServedTree();
    reserveServed(rows);
  }
  reserveBoundTable(rows);
  reservePatternCache(rows);
  if (layerCount > 1) {
    reservePatternList(rows);
      reservePatternSets();
    }
  reserveSettling(rows);
}

function robustRooms(rows: i32, treeBytes: usize): void {
  reserveClusters(rows);
  reserveCertificateTree(rows, treeBytes);
  reserveContradictions();
  reserveLiteralTree(rows);
  reserveRobust();
  reserveRobustMw(rows);
  if (targets) softRooms(rows);
}

function softRooms(rows: i32): void {
  reserveSoftLiterals();
  reserveSoftStage();
  reserveSoftMw();
}
