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
export let poolStack: usize = 0; // i32 [POOL_RESERVE]: slots that go depth first
export const POOL_RESERVE = 2048;

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
  choiceInput = reserve(<usize>inputs << 2);
  choiceDown = reserve(<usize>inputs << 3);
  choiceUp = reserve(<usize>inputs << 3);
  NeuronTree.open = false;
}

/** Room for `nodes` slots, at least twice the reserve. */
export function reservePool(nodes: i32): void {
  poolCapacity = max(nodes, 2 * POOL_RESERVE);
  const n = <usize>poolCapacity;
  poolStack = reserve(POOL_RESERVE << 2);
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
