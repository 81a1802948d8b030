import { dotI16 } from '../../base/kernels/simd';
import { copyNetwork, copyRow, restNetwork, weightRow } from '../../network/weights';
import { strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { isUnsparing } from '../../problem/limits';
import { Boxes } from '../../problem/boxes';
import { inputsPadded, kept, keptCount, layerCount, sampleRow, size } from '../../problem/shape';
import { buildLadder } from '../../build/ladder';
import { solveUpper } from '../../upper/upper-layers';
import { freeNeuronBound } from '../../relax/exact/ceilings';
import { beginActivationTree, stepActivationTree, treeOpen } from '../../search/sides/activation-tree';
import { beginServedTree, servedTreeFits, servedTreeOpen, stepServedTree } from '../../search/sides/served-tree';
import { beginFunctionTree, coarseFunctionTreeFits, functionTreeFits, stepFunctionTree } from '../../search/tables/function-tree';
import { beginNeuronTree, improveNeuronTree, growNeuronTree, treeBound, treeMargin, treeOpen as weightsOpen, treeRounding } from '../../search/weights/neuron-tree';
import { beginEnumeration, enumerating, isTiny, networksEnumerated, stepEnumeration } from '../../search/tables/enumerate';
import { closed, declareInfeasible, improveBound, incumbent, NO_VALUE, objective, offer, openingFloor, shortNeuron } from '../../record/incumbent';
import { beginNeuron, beginNeuronFrom, raiseNeuron, readySearch, readySearchFrom, sidesAll, sidesFromLabels, stepNeuron } from '../../build/separator';
import { beginNetworkTree, networkTreeOpen, stepNetworkTree } from '../../search/limits/network-tree';
import { beginLimited, stepLimited } from './limited';
import { beginTurns, isTreesTurn, LEAST_TURN, searchTook, treeTook, Turns } from '../turns';
import { Clock } from '../../base/state';
import { neuronRow, neuronSides, Separator } from '../../build/state';
import { Mm, mmConstantRow, mmTrial } from './state';

/**
 * MM: the largest sum of margins over all neurons, every kept sample right.
 *
 *     separate   one neuron for the classes: relaxation, rounding, tabu search; the ladder makes it a network
 *     tree       Level A lowers the bound over activation patterns and offers what its leaves complete to
 *     polish     the incumbent's neurons, patterns fixed, are searched on one after the other
 *
 * Tree and polish share the work until the incumbent meets the bound or the limit comes.
 */
const SEPARATE = 0;
const SHARE = 1;
const ENUMERATE = 2;
const WEIGHTS = 3;
const FUNCTIONS = 4;
const LIMITED = 5;
const SEPARATOR_EFFORT: f64 = 1e7;
const TEST_EFFORT: f64 = 1e5; // the same in tests that want everything to go through all trees
const COARSE_EFFORT: f64 = 5e7;
const TREE_SHARE: f64 = 3; // work of the tree for one unit of polish
const WEIGHTS_SHARE: f64 = 4; // one layer: the same for one unit of search
const POLISH_MOVES = 2000;
/** Long turns: the tree searches on its own account in between, and a search begun again forgets what it has tried. */
const WEIGHTS_MOVES = 4000;
const BOXED_TURN: f64 = 5e5; // of the tree over all weights
const TURN_EFFORT: f64 = 8e7; // polish: work before the next neuron has its turn
const SHORT_SHARE: f64 = 1 / 3; // TREE_SHARE where one neuron is all that an opening lacks

/** What an opening lacks. Writer: `lacking`. */
class Opening {
  /** The incumbent's value that was looked at. */
  static seen: i64 = NO_VALUE;
  /** The one neuron that is short of what is held, or -1. */
  static short: i32 = -1;
}


export function beginMm(): void {
  if (keptCount == 0) {
    improveBound(0);
    offer(incumbent);
    if (objective != NO_VALUE) return;
    restNetwork(mmTrial);
    offer(mmTrial);
    return;
  }
  if (isTiny()) {
    Mm.phase = ENUMERATE;
    beginEnumeration();
    return;
  }
  if (isUnsparing()) beginFunctions(coarseFunctionTreeFits());
  else beginSparing();
}

/** Few weights may be other than 0: what knows no limit still bounds what does. */
function beginSparing(): void {
  Mm.phase = LIMITED;
  if (layerCount == 1) {
    sidesFromLabels();
    beginNeuron(freeNeuronBound(), 150);
    improveBound(<i64>Separator.bound);
    if (Separator.bound < 0) declareInfeasible();
  }
  beginLimited();
}

/** Starts the tree over functions where it fits, else everything else. */
function beginFunctions(coarsely: bool): void {
  Mm.coarse = coarsely;
  Mm.until = Clock.work + COARSE_EFFORT;
  if (Mm.coarse || functionTreeFits()) {
    Mm.phase = FUNCTIONS;
    beginFunctionTree(Mm.coarse);
  } else beginSeparate();
}

function beginSeparate(): void {
  Mm.phase = SEPARATE;
  Mm.freeCeiling = freeNeuronBound();
  Opening.seen = NO_VALUE;
  Opening.short = -1;
  if (layerCount > 1) {
    sidesAll(1);
    beginNeuron(Mm.freeCeiling, 120);
    for (let turn = 0; turn < 10 && stepNeuron(50); turn++);
    copyRow(mmConstantRow, neuronRow, 0);
    Mm.constantMargin = Separator.margin;
  }
  sidesFromLabels();
  beginNeuron(Mm.freeCeiling, 150);
  if (layerCount == 1) {
    improveBound(<i64>Separator.bound);
    if (Separator.bound < 0) declareInfeasible();
  }
  Mm.until = Clock.work + (networksEnumerated() == 0 ? TEST_EFFORT : SEPARATOR_EFFORT);
  beginTurns(0, LEAST_TURN);
  Mm.turnEnd = 0;
  Mm.polished = -1;
  Mm.idle = 0;
  Mm.widths = 0;
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepMm(): bool {
  if (keptCount == 0) return false;
  if (Mm.phase == ENUMERATE) return stepEnumeration(2000) && enumerating;
  if (Mm.phase == LIMITED) return stepLimited();
  if (Mm.phase == FUNCTIONS) {
    const more = stepFunctionTree();
    if (closed()) return false;
    if (Mm.coarse && (!more || Clock.work > Mm.until)) beginFunctions(false);
    else if (!more) beginSeparate();
    return true;
  }
  const before = Clock.work;
  if (Mm.phase == SEPARATE) {
    const more = Separator.bound >= 0 && stepNeuron(layerCount == 1 ? 400 : 100);
    if (Separator.margin >= 0) offerSeparator();
    if (layerCount == 1) {
      if (!more || Clock.work > Mm.until) {
        Mm.phase = WEIGHTS;
        beginTurns(0, LEAST_TURN);
        Mm.mark = beginNeuronTree(neuronSides, neuronRow, Mm.freeCeiling);
      }
      return !closed();
    }
    if (!more || Clock.work > Mm.until) {
      Mm.phase = SHARE;
      Mm.boxed = Boxes.ranged; // sides turned round are sides of other weights there
      Mm.served = !Mm.boxed && servedTreeFits();
      if (Mm.boxed) beginNetworkTree();
      else if (Mm.served) beginServedTree();
      else beginActivationTree();
    }
    return !closed();
  }
  Separator.floor = openingFloor();
  if (Mm.phase == WEIGHTS) return stepWeights();
  if (sidesOpen() && isTreesTurn(lacking() >= 0 ? SHORT_SHARE : TREE_SHARE, 0)) {
    stepSides();
    treeTook(before);
  } else if (objective != NO_VALUE && Mm.idle <= size(1)) {
    polish();
    searchTook(before);
  } else if (sidesOpen()) stepSides();
  else return false;
  return !closed();
}

/** Other sides would not help an opening where all neurons but one hold what they are to: it is that one's weights that have to be found. */
function lacking(): i32 {
  if (Opening.seen != objective) {
    Opening.seen = objective;
    Opening.short = shortNeuron();
  }
  return Opening.short;
}

function sidesOpen(): bool {
  return Mm.boxed ? networkTreeOpen() : Mm.served ? servedTreeOpen() : treeOpen();
}

function stepSides(): void {
  if (Mm.boxed) stepNetworkTree(BOXED_TURN);
  else if (Mm.served) stepServedTree();
  else stepActivationTree();
}

/** One layer: the tree over weights is the proof; a fifth of the work goes on searching beside it. */
function stepWeights(): bool {
  const before = Clock.work;
  if (Turns.search * WEIGHTS_SHARE <= Turns.tree) {
    if (Clock.work > Mm.until) {
      Mm.widths++;
      Mm.until = Clock.work + SEPARATOR_EFFORT * 12;
      if (Mm.widths & 1) readySearchFrom(treeRounding(Mm.mark), width());
      else readySearch(width());
    }
    stepNeuron(WEIGHTS_MOVES);
    improveNeuronTree(Mm.mark, neuronRow, Separator.margin);
    searchTook(before);
  } else {
    growNeuronTree(Mm.mark, 20, openingFloor());
    raiseNeuron(treeMargin(Mm.mark));
    treeTook(before);
  }
  if (treeMargin(Mm.mark) >= 0) {
    copyRow(weightRow(mmTrial, 0, 0), neuronRow, 0);
    offer(mmTrial);
  }
  improveBound(<i64>treeBound(Mm.mark));
  // No weights have a margin, or none has what MW is to hold.
  if (!weightsOpen(Mm.mark) && treeMargin(Mm.mark) < 0 && treeBound(Mm.mark) < 0) declareInfeasible();
  else if (treeBound(Mm.mark) <= openingFloor()) declareInfeasible();
  return !closed() && weightsOpen(Mm.mark);
}

function width(): i32 {
  const turn = Mm.widths % 3;
  return turn == 0 ? 150 : turn == 1 ? 90 : 260;
}

function offerSeparator(): void {
  if (layerCount == 1) copyRow(weightRow(mmTrial, 0, 0), neuronRow, 0);
  else {
    buildLadder(mmTrial, neuronRow, mmConstantRow, Separator.margin, Mm.constantMargin, 0);
    if (offer(mmTrial)) solveUpper(mmTrial, 2000000);
  }
  offer(mmTrial);
}

function polish(): void {
  const short = lacking();
  if (Mm.polished < 0 || Turns.search > Mm.turnEnd || (short >= 0 && Mm.polished != short)) {
    Mm.polished = short >= 0 ? short : (Mm.polished + 1) % size(1);
    if (Mm.polished == 0 || short >= 0) Mm.widths++;
    const row = weightRow(incumbent, 0, Mm.polished);
    for (let index = 0; index < keptCount; index++) {
      breathe();
      strain(<f64>inputsPadded / 8);
      const s = dotI16(row, sampleRow(kept(index)), inputsPadded);
      store<i8>(neuronSides + <usize>index, s >= 0 ? 1 : -1);
    }
    beginNeuronFrom(row, Mm.freeCeiling, width());
    Mm.turnEnd = Turns.search + TURN_EFFORT;
    if (Separator.margin >= Separator.bound) {
      Mm.turnEnd = 0;
      Mm.idle++;
      return;
    }
    Mm.idle = 0;
  }
  const margin = Separator.margin;
  // The search is shared with the tree, which begins its own in between: a turn has to be long enough to get somewhere.
  const more = stepNeuron(POLISH_MOVES);
  if (Separator.margin > margin) {
    copyNetwork(mmTrial, incumbent);
    copyRow(weightRow(mmTrial, 0, Mm.polished), neuronRow, 0);
    offer(mmTrial);
  }
  if (!more) Mm.turnEnd = 0;
}
