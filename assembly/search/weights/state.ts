import { Trace } from '../../base/trace';
import { reserve, reserveRaw } from '../../base/arena';
import { inputs, inputsPadded } from '../../problem/shape';
import { MOST_CUTS } from '../../relax/exact/state';

/**
 * What Level B keeps. `reserveWeights` once a problem; `beginNeuronTree` or `beginCoverTree` a tree; `growNeuronTree` slices
 * of it. There is one tree at a time.
 *
 *     name         element  shape      unit                      writer                 reset by
 *     treeSides    i8       [K]        +1, -1, 0: no row         begin..Tree            begin..Tree
 *     treeNeeds    i32      [K]        units of S, cover only    beginCoverTree         beginCoverTree
 *     rounded      i16      [NP]       weights                   neuron-tree            every node
 *     prices       f64      [NP]       |direction|, scratch      neuron-tree            every local search
 *     pathLow/High i16      [NP]       weights: a node's boxes   neuron-tree (enter)    every node
 *     rootLow/High i16      [NP]       weights: the root's       neuron-root            beginRoot
 *     rootRows     f64      [K]        multipliers, of the rows  neuron-root            beginRoot
 *     rootCuts     f64      [CUTS]     multipliers, of the cuts  neuron-root            relaxRoot (read below cutCount only)
 *     related      u16      [inputs][inputs]  input << 4 | relation  dominance          relateWeights
 *     relatedCounts i32     [inputs]   entries of a line         dominance              relateWeights
 *     choiceInput  i32      [inputs]   input: candidates         weight-branching       every choice
 *     choiceDown   f64      [inputs]   loss, by position         weight-branching       every choice
 *     choiceUp     f64      [inputs]   loss, by position         weight-branching       every choice
 *     pool..       of PoolCapacity slots: weight-pool.ts                                clearWeightPool
 */
export let treeSides: usize = 0;
export let treeNeeds: usize = 0;
export let rounded: usize = 0;
export let prices: usize = 0;
export let pathLow: usize = 0;
export let pathHigh: usize = 0;
export let rootLow: usize = 0;
export let rootHigh: usize = 0;
export let rootRows: usize = 0;
export let rootCuts: usize = 0;
export let related: usize = 0; // 0 with more than MOST_RELATED inputs
export let relatedCounts: usize = 0;
export let choiceInput: usize = 0;
export let choiceDown: usize = 0;
export let choiceUp: usize = 0;

/** Slots of the pool, and what they hold. A slot that is free holds the next free one in `poolParent`. */
export let poolCapacity: i32 = 0;
export let poolParent: usize = 0; // i32 [capacity]: slot, -1 a root
export let poolInput: usize = 0; // i32 [capacity]: the weight that the node narrows
export let poolLow: usize = 0; // i16 [capacity]: to this,
export let poolHigh: usize = 0; // i16 [capacity]: and this
export let poolBound: usize = 0; // i32 [capacity]: units of 1/D, or minus non-zeros
export let poolDepth: usize = 0; // i32 [capacity]
export let poolChildren: usize = 0; // u8 [capacity]: open children
export let poolHeap: usize = 0; // i32 [capacity]: slots, best bound first
export let poolNumbers: usize = 0; // i32 [capacity]: where the tree is watched, the node's number (base/trace.ts)
export let poolStack: usize = 0; // i32 [poolReserve]: slots that go depth first
export let poolReserve: i32 = 0; // slots that are kept for going depth first
const MOST_RESERVE = 2048;
const LEAST_POOL = 8;

/**
 * The tree that stands. Written by neuron-tree.ts; claimed, and with it reset, by `beginNeuronTree` and `beginCoverTree`,
 * which hand the mark to the caller: who comes with an older one is not the owner any more.
 */
export class NeuronTree {
  /** Counts the trees, over all problems of the instance. */
  static mark: i32 = 0;
  /** Some node is open. */
  static open: bool = false;
  /** Proved: nothing is better, units of 1/D or minus non-zeros. */
  static bound: i32 = 0;
  /** Value of the best weights, in the same unit; `i32.MIN_VALUE` where they do not cover. */
  static margin: i32 = 0;
  /** i16 [NP]: the best weights, the owner's own row. */
  static best: usize = 0;
  /** The tree is for the fewest non-zeros. */
  static covers: bool = false;
}

/** Inputs whose relations are looked for: lists of all pairs, and 12 bits an input. */
export const MOST_RELATED = 1024;

/** The relations of the weights. Writer: dominance.ts, for the tree that stands; `beginRoot` forgets them. */
export class Dominance {
  static known: bool = false;
}

/** Room for a pool of `nodes` and problems of `rowCount` rows. */
export function reserveWeights(nodes: i32, rowCount: i32): void {
  reservePool(nodes);
  treeSides = reserve(<usize>rowCount + 8);
  treeNeeds = reserve(<usize>rowCount << 2);
  rounded = reserve(<usize>inputsPadded << 1);
  prices = reserve(<usize>inputsPadded << 3);
  pathLow = reserve(<usize>inputsPadded << 1);
  pathHigh = reserve(<usize>inputsPadded << 1);
  rootLow = reserve(<usize>inputsPadded << 1);
  rootHigh = reserve(<usize>inputsPadded << 1);
  rootRows = reserve(<usize>rowCount << 3);
  rootCuts = reserve(MOST_CUTS << 3);
  relatedCounts = reserve(<usize>inputs << 2);
  related = inputs > MOST_RELATED ? 0 : reserveRaw((<usize>inputs * <usize>inputs) << 1);
  choiceInput = reserve(<usize>inputs << 2);
  choiceDown = reserve(<usize>inputs << 3);
  choiceUp = reserve(<usize>inputs << 3);
  NeuronTree.open = false;
}

/**
 * Room for `nodes` slots, at least twice the reserve. Nobody is given less than 2,048; tests ask for some ten, so that trees of small problems fill the
 * pool as those of hundreds of inputs do.
 */
export function reservePool(nodes: i32): void {
  poolReserve = nodes < MOST_RESERVE ? max(nodes, LEAST_POOL) >> 1 : MOST_RESERVE;
  poolCapacity = max(nodes, 2 * poolReserve);
  const n = <usize>poolCapacity;
  poolStack = reserve(<usize>poolReserve << 2);
  poolParent = reserveRaw(n << 2);
  poolInput = reserveRaw(n << 2);
  poolLow = reserveRaw(n << 1);
  poolHigh = reserveRaw(n << 1);
  poolBound = reserveRaw(n << 2);
  poolDepth = reserveRaw(n << 2);
  poolChildren = reserveRaw(n);
  poolHeap = reserveRaw(n << 2);
  if (Trace.on) poolNumbers = reserveRaw(n << 2);
}

/** The relaxation at the root, and its cuts. Writer: neuron-root.ts; set by `beginRoot`. */
export class Root {
  /** The cuts of this tree. */
  static cuts: i32 = 0;
  /** Mark of the tableau of this tree; somebody else may have begun another. */
  static tableau: i32 = 0;
  /** The cut-off has risen since the boxes were narrowed. */
  static stale: bool = false;
  /** Max-min: no weights have a larger margin. */
  static ceiling: i32 = 0;
  /** Nodes of the tree. */
  static age: i32 = 0;
  /** The age at which cuts are separated next. */
  static nextSeparation: i32 = 0;
  /** Of the separation under way; -1: none. */
  static round: i32 = -1;
  /** Rounds that lowered nothing. */
  static idle: i32 = 0;
  /** The least bound of the rounds so far. */
  static roundBound: i32 = 0;
}

/** How the tree grows. Writer: neuron-tree.ts; set by `beginNeuronTree` and `beginCoverTree`. */
export class Growth {
  /** Some row of the tree is on the + side, */
  static hasPlus: bool = false;
  /** and some on the - side. */
  static hasMinus: bool = false;
  /** Max-min: no weights have a larger margin. */
  static ceiling: i32 = 0;
  /** Nodes since the last local search. */
  static sinceSearch: i32 = 0;
  /** Local searches in a row that found nothing. */
  static barren: i32 = 0;
  /** Nodes since the last neighbourhood. */
  static sinceNeighbourhood: i32 = 0;
  /** Nodes that the neighbourhood under way may still take; 0: none is. */
  static neighbourhood: i32 = 0;
  /** The node to go on with; -1: take the best open one. */
  static plunging: i32 = -1;
  /** Its bound. */
  static plungeBound: i32 = 0;
  /** Nodes closed with the pool full are remembered by their bound. */
  static reached: i32 = 0;
  /** The largest target that nodes were closed for: the tree says nothing below it. */
  static deepestTarget: i32 = 0;
  /** The same with the tree's own margin. */
  static deepestCut: i32 = 0;
}

/** The branching chosen last. Writer: weight-branching.ts, by every choice. */
export class Chosen {
  /** Of this tree so far. */
  static choices: i32 = 0;
  /**
   * The choice of `chooseWeight`: the weight (-1: none is fractional), its relaxed value, what each child is said to
   * lose.
   */
  static input: i32 = -1;
  static value: f64 = 0;
  static down: f64 = 0;
  static up: f64 = 0;
}

/** What the pool holds. Writer: weight-pool.ts; set by `clearWeightPool`. */
export class WeightPool {
  /** Nodes in the heap. */
  static open: i32 = 0;
  /** Slots that have ever been taken. */
  static used: i32 = 0;
  /** The first of the given-back slots; -1: there is none. */
  static free: i32 = -1;
  /** How many they are. */
  static freeCount: i32 = 0;
  /** Nodes on the stack. */
  static stacked: i32 = 0;
  /** The bound of everything that goes depth first. */
  static stackedBound: i32 = 0;
}
