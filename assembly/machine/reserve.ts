import { arenaUsed } from '../base/arena';
import { strain } from '../base/clock';
import { breathe } from '../base/pause';
import { reserveClusters } from '../build/clusters';
import { reserveLadder } from '../build/ladder';
import { reserveNetworkSearch } from '../build/network-search';
import { reserveObvious } from '../build/obvious';
import { reserveSeparator } from '../build/separator';
import { reserveSoftLiterals } from '../build/soft-literals';
import { reserveCertify } from '../network/certify';
import { reserveEvaluation } from '../network/evaluate';
import { reserveSoft } from '../network/soft';
import { sizeNetworks } from '../network/weights';
import { reserveCountSearch } from '../neuron/count-search';
import { reserveCoverSearch } from '../neuron/cover-search';
import { reserveFlipJoin } from '../neuron/flips/flip-join';
import { reserveMaxMinSearch } from '../neuron/max-min-search';
import { reserveNeuronFit } from '../neuron/neuron-fit';
import { reserveSoftNeuron } from '../neuron/soft-neuron';
import { groupCount, layerCount, sampleCount, targets } from '../problem/shape';
import { reserveLiteralTree } from '../proving/literals/tree';
import { reserveSideTree } from '../proving/sides/tree';
import { reserveNodeState } from '../proving/state';
import { reserveIncumbent } from '../record/incumbent';
import { reserveLog } from '../record/log';
import { reserveGomory } from '../relax/cuts/state';
import { resetBoxes } from '../relax/exact/safe-bound';
import { reserveCountBound, reserveCuts, reserveSafeBound, reserveTwins } from '../relax/exact/state';
import { reserveNeuronLp } from '../relax/lp/neuron-lp';
import { reserveCounts } from '../search/counts/state';
import { reserveCertificateTree } from '../search/literals/certificate-tree';
import { reserveContradictions } from '../search/literals/contradictions';
import { reserveActivationTree } from '../search/sides/activation-tree';
import { reserveBoundTable } from '../search/sides/bound-table';
import { reserveSettling } from '../search/sides/neuron-settle';
import { reservePatternCache } from '../search/sides/pattern-cache';
import { reservePatternList } from '../search/sides/pattern-list';
import { reservePatternSets } from '../search/sides/pattern-sets';
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
import { reserveUpperLayers } from '../upper/upper-layers';
import { reserveWitness } from '../witness/state';

/**
 * What every room takes of the arena, one function a room: first what all objectives need, then what one of them does. A
 * room that has a `reserve` of its own is called by one line here.
 */

/** Memory is cleared at about this many bytes a unit. */
const BYTES_A_UNIT: f64 = 8;

let reserved: usize = 0;

/** Between two reservations: what the last one has cleared. */
function breatheReserved(): void {
  strain(<f64>(arenaUsed() - reserved) / BYTES_A_UNIT);
  reserved = arenaUsed();
  breathe();
}

/** An export, so that it stays a function, as all that are called between `enter` and `leave`. */
export function reserveAll(treeBytes: i32): void {
  reserved = arenaUsed();
  const rows = sampleCount;
  const bytes = <usize>treeBytes;
  sizeNetworks();
  reserveEvaluation();
  breatheReserved();
  reserveIncumbent();
  reserveLog(64 * rows + (1 << 15));
  breatheReserved();
  relaxRoom(rows);
  neuronRoom(rows);
  reserveUpperLayers();
  breatheReserved();
  buildRoom(rows);
  reserveEnumeration(isTiny());
  breatheReserved();
  weightsRoom(treeBytes, rows);
  if (groupCount) robustRooms(rows, bytes);
  else paperRooms(rows, bytes);
  reserveWitness();
  resetBoxes();
}

function relaxRoom(rows: i32): void {
  reserveSafeBound(rows);
  breatheReserved();
  reserveCuts();
  breatheReserved();
  reserveGomory(rows);
  breatheReserved();
  reserveNeuronLp(rows);
  breatheReserved();
}

function neuronRoom(rows: i32): void {
  reserveMaxMinSearch(rows);
  breatheReserved();
  reserveCoverSearch(rows);
  breatheReserved();
}

function buildRoom(rows: i32): void {
  reserveObvious();
  reserveLadder();
  breatheReserved();
  reserveNetworkSearch();
  breatheReserved();
}

function weightsRoom(treeBytes: i32, rows: i32): void {
  reserveWeights(treeBytes / 32, rows);
  breatheReserved();
}

function paperRooms(rows: i32, treeBytes: usize): void {
  reserveTwins();
  reserveCountBound();
  reserveFlipJoin(rows);
  breatheReserved();
  reserveCountSearch();
  breatheReserved();
  reserveSeparator(rows);
  breatheReserved();
  sidesRoom(rows, treeBytes);
  reserveTables(networksEnumerated() == 0 ? 0 : TABLE_VECTORS);
  breatheReserved();
  reserveCounts();
  breatheReserved();
  reserveNodeState(rows);
  breatheReserved();
  reserveSideTree(rows);
  breatheReserved();
  reserveSm();
  breatheReserved();
  reserveMm();
  breatheReserved();
  reserveMw(rows);
  breatheReserved();
}

function sidesRoom(rows: i32, treeBytes: usize): void {
  reserveActivationTree(rows, treeBytes);
  breatheReserved();
  reserveBoundTable(rows);
  breatheReserved();
  reservePatternCache(rows);
  breatheReserved();
  if (layerCount > 1) {
    reservePatternList(rows);
    breatheReserved();
    reservePatternSets();
    breatheReserved();
  }
  reserveSettling(rows);
  breatheReserved();
}

function robustRooms(rows: i32, treeBytes: usize): void {
  reserveCertify();
  breatheReserved();
  reserveNeuronFit(rows);
  breatheReserved();
  reserveClusters(rows);
  breatheReserved();
  reserveCertificateTree(rows, treeBytes);
  breatheReserved();
  reserveContradictions();
  breatheReserved();
  reserveLiteralTree(rows);
  breatheReserved();
  reserveRobust();
  breatheReserved();
  reserveRobustMw(rows);
  breatheReserved();
  if (targets) softRooms(rows);
}

function softRooms(rows: i32): void {
  reserveSoft();
  breatheReserved();
  reserveSoftNeuron(rows);
  breatheReserved();
  reserveSoftLiterals();
  breatheReserved();
  reserveSoftStage();
  breatheReserved();
  reserveSoftMw();
  breatheReserved();
}
