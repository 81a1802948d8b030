import { Trace } from '../../base/trace';
import { reserve, reserveRaw } from '../../base/arena';
import { inputsPadded, size } from '../../problem/shape';
import { relaxationBytes } from '../../relax/lp/neuron-lp';

/**
 * What Level A keeps. `reserve..` once a problem, `beginActivationTree` a tree; the pool and the stack of choices serve the
 * certificate tree (search/literals/) instead where a problem has that one.
 *
 *     name             element  shape                     unit, what                           writer           reset by
 *     slots            bytes    [capacity][slotBytes]     nodes, laid out in node-pool         node-pool        takeSlot
 *     heap             i32      [capacity]                slots, best total first              node-pool        clearNodes
 *     free             i32      [capacity]                slots given back                     node-pool        clearNodes
 *     stack            usize    [CHOICE_RESERVE]          nodes that go depth first            node-choice      beginChoice
 *     sides            i8       [K]                       one neuron's sides, scratch          activation-node  every read
 *     pairs            u32      [pair capacity]           kept positions, first << 16 | second pair-order       listPairs
 *     distances        u32      [pair capacity]           units of S, twice the bound          pair-order       listPairs
 *     cacheKeys        i8       [CACHE][K padded to 8]    sides                                pattern-cache    clearPatterns
 *     cacheHashes      u32      [CACHE]                   of the sides                         pattern-cache    clearPatterns
 *     cacheBounds      i32      [CACHE]                   proved, units of 1/D                 pattern-cache    clearPatterns
 *     cacheMargins     i32      [CACHE]                   of the rows, units of 1/D            pattern-cache    clearPatterns
 *     cacheRows        i16      [CACHE][NP]               best weights found                   pattern-cache    clearPatterns
 *     cacheKinds       i32      [CACHE]                   what else the pattern is about           pattern-cache    clearPatterns
 *     cacheEfforts     i32      [CACHE]                   slices of Level B (MW)               pattern-cache    clearPatterns
 *     boundTable       bytes    [TABLE][entryBytes]       laid out in bound-table              bound-table      clearBounds
 *     boundUsed        u8       [TABLE]                   1: the entry holds something         bound-table      clearBounds
 *     listMasks        u64      [LISTED]                  bit k set: sample k on the + side    pattern-list     beginPatternList
 *     listValues       i32      [LISTED]                  bound of the class, units of 1/D     pattern-list     beginPatternList
 *     listSides        i8       [DEPTH]                   of the list's node                   pattern-list     beginPatternList
 *     listSnapshots    bytes    [DEPTH + 1][snapshot]     relaxations, one a depth             pattern-list     on the way down
 *     listBranched     i32      [DEPTH]                   sample decided below depth d         pattern-list     on the way down
 *     listFirst        i8       [DEPTH]                   its first side                       pattern-list     on the way down
 *     listBegun        i8       [DEPTH]                   how many of its sides have begun     pattern-list     on the way down
 *     listBounds       i32      [DEPTH + 1]               units of 1/D, at depth d             pattern-list     on the way down
 *     setPicks         i32      [n1]                      positions in the list, ascending     pattern-sets     beginPatternSets
 *     setSums          i64      [n1 + 1]                  values of the picks before           pattern-sets     beginPatternSets
 *     treeSides        i8       [K]                       sides of the Level B tree that stands neuron-settle   settleNeuron
 *     treeRow          i16      [NP]                      its best weights                     neuron-settle    settleNeuron
 *     treeMultipliers  f64      [K]                       of its first relaxation              neuron-settle    settleNeuron
 *     joinRow          i16      [NP]                      weights, scratch                     neuron-settle    every join
 *     settlePrices     f64      [NP]                      |direction|, scratch                 neuron-settle    every search
 *     mirrorSides/Row  i8, i16  [K], [NP]                 scratch                              neuron-settle    every mirror
 *     heldClass        i32      [n1]                      first neuron that holds the same     row-classes      findRowClasses
 *     rowClass         i32      [n1][K]                   by first neuron: a row of the class  row-classes      findRowClasses
 *     coverNeeds       i32      [K]                       units of S, with `sides`             cover-node       every read
 *     coverWays        i32      [n1]                      to separate a pair; TOUCHED: by sides    cover-branch     every branching
 *     coverRow         i16      [NP]                      weights, of the cover tree's Level B cover-settle    every turn
 *     option..         i32      [OPTIONS]                 what an upper neuron can do          upper-functions  listFunctions
 *     chosenOptions    i32      [WIDTH]                   scratch                              upper-functions  every choice
 *     coverPlus/Minus  i32      [MOST_FUNCTIONS]          roots of the cover tree: cells       cover-roots      pushFunctionRoots
 *     turnedCells      u8       [24][16]                  where a permutation takes a cell     upper-functions  listFunctions
 *     function..       i32      [FUNCTIONS]               plus and minus: bits of cells;       upper-functions  listFunctions
 *                                                         value: units of 1/D
 *     relaxedTable     bytes    [RELAXED][entryBytes]     laid out in relaxed-table            relaxed-table    clearRelaxed
 *     relaxedUsed      u8       [RELAXED]                 1: the entry holds something         relaxed-table    clearRelaxed
 *     servedSums       f64      [n1][K + 1]               a node's pre-activations, and tolls  served-node      every node
 *     servedKey        i8       [K]                       sides, turned round                  relaxed-table    every look-up
 *     servedRow        i16      [NP]                      weights, scratch                     served-node      every read
 *
 * K: kept samples, room for all samples; NP: inputs, padded.
 */
export let slots: usize = 0;
/** i32 [capacity][2], where the tree is watched: a node's number and its parent's (base/trace.ts). Writer: node-pool. */
export let slotNumbers: usize = 0;
export let heap: usize = 0;
export let free: usize = 0;
export let stack: usize = 0;
export let sides: usize = 0;
export let pairs: usize = 0;
/**
 * A sum that weights and inputs can come to stays below 2^31 (checked where a problem is read), the distance of two samples
 * below 2^32.
 */
export let distances: usize = 0;
export let cacheKeys: usize = 0;
export let cacheHashes: usize = 0;
export let cacheBounds: usize = 0;
export let cacheMargins: usize = 0;
export let cacheRows: usize = 0;
export let cacheKinds: usize = 0;
export let cacheEfforts: usize = 0;
export let boundTable: usize = 0;
export let boundUsed: usize = 0;
export let listMasks: usize = 0;
export let listValues: usize = 0;
export let listSides: usize = 0;
export let listSnapshots: usize = 0;
export let listBranched: usize = 0;
export let listFirst: usize = 0;
export let listBegun: usize = 0;
export let listBounds: usize = 0;
export let setPicks: usize = 0;
export let setSums: usize = 0;
export let treeSides: usize = 0;
export let treeRow: usize = 0;
export let joinRow: usize = 0;
export let settlePrices: usize = 0;
export let treeMultipliers: usize = 0;
export let mirrorSides: usize = 0;
export let mirrorRow: usize = 0;
export let heldClass: usize = 0;
export let rowClass: usize = 0;
export let coverNeeds: usize = 0;
export let coverRow: usize = 0;
export let coverWays: usize = 0;
export let optionPlus: usize = 0;
export let optionMinus: usize = 0;
export let optionMargin: usize = 0;
export let chosenOptions: usize = 0;
export let turnedCells: usize = 0;
export let functionPlus: usize = 0;
export let coverPlus: usize = 0;
export let coverMinus: usize = 0;
export let functionMinus: usize = 0;
export let functionValue: usize = 0;
export let relaxedTable: usize = 0;
export let relaxedUsed: usize = 0;
export let servedSums: usize = 0;
export let servedKey: usize = 0;
export let servedRow: usize = 0;

/** Nodes that go depth first where the pool runs low. */
export const CHOICE_RESERVE = 2048;
/** Entries of the cache of patterns, and of the table of bounds. */
export const CACHE_ENTRIES = 256;
export const TABLE_ENTRIES = 1 << 14;
/** Patterns are listed for at most so many kept samples, and at most so many. */
export const MOST_SAMPLES = 40;
export const MOST_PATTERNS = 4096;
/** Classes of rows are looked for among at most so many kept samples: all pairs are measured. */
export const MOST_CLASSED = 1024;
const MOST_PAIRS = 1 << 15;

/** The pool of nodes. Writer: node-pool.ts; `clearNodes` empties it. */
export class Pool {
  /** Nodes in the heap. */
  static open: i32 = 0;
  /** What has been reserved: slots, bytes a slot, first-layer neurons and words of a bit set in it. */
  static capacity: i32 = 0;
  static slotBytes: usize = 0;
  static neurons: i32 = 1;
  static words: i32 = 1;
}

/** What single neurons cannot exceed, units of 1/D. Writer: activation-node.ts, by `beginNodeBounds`. */
export class Ceilings {
  /** Bound of a neuron with no decided row, */
  static free: i32 = 0;
  /** of one that is not constant, */
  static unlike: i32 = 0;
  /** of one that is + everywhere, */
  static constant: i32 = 0;
  /** and of all layers above the first. */
  static upper: i64 = 0;
}

/** What the tree has had to leave open. Writer: activation-node.ts; `beginNodeBounds` takes it back. */
export class Left {
  /** Best total of the nodes that cannot be taken further. */
  static waiting: i64 = 0;
  /** The pool is full, depth first too: the bound stands, the tree cannot go on. */
  static stuck: bool = false;
}

/** The list of unlike pairs. Writer: pair-order.ts, by `listPairs`. */
export class Pairs {
  static count: i32 = 0;
  /** Pairs beyond the capacity are not listed: a node that separates all listed pairs may then still fail. */
  static all: bool = true;
  static capacity: i32 = 0;
}

/** Whether `rowClass` is filled in; else every row is a class of its own. Writer: row-classes.ts, by `findRowClasses`. */
export class RowClasses {
  static known: bool = false;
}

/** The cover tree. Writer: cover-tree.ts. */
export class CoverTree {
  /** It has begun; `reserveCoverTree` takes it back. */
  static active: bool = false;
}

/** Upper layers are listed as functions for so many neurons a layer; the tree over them takes so many rows and first-layer neurons. */
export const MOST_WIDTH = 4;
export const MOST_SERVED = 64;
export const MOST_SERVING = 3;
export const MOST_OPTIONS = 512;
export const MOST_FUNCTIONS = 256;
export const RELAXED_ENTRIES = 1 << 14;

/** The list of what the upper layers can do. Writer: upper-functions.ts, by `listFunctions`; `bothLabels`: its caller. */
export class Functions {
  static count: i32 = 0;
  /** The list is complete. */
  static listed: bool = false;
  /** Rows of both labels are kept: a function that gives one answer only is of no use. */
  static bothLabels: bool = true;
  static permutations: i32 = 0;
}

/** The tree over functions and sides. Writer: served-tree.ts. */
export class ServedTree {
  /** It has begun; `reserveServed` takes it back. */
  static active: bool = false;
  static entryBytes: usize = 0;
}

/** Widths of the tables, as reserved. */
export class PatternCache {
  static keyBytes: usize = 0;
}
export class BoundTable {
  static entryBytes: usize = 0;
}

/** The answer of the last `findBound` that found something. Writer: bound-table.ts. */
export class Found {
  static bound: i32 = 0;
  /** It was solved to the end. */
  static full: bool = false;
}

/** What the last `settleNeuron` came to. Writer: neuron-settle.ts. */
export class Settled {
  static bound: i32 = 0;
  /** The bound is the optimum: some weights reach it, or no weights reach the target asked for. */
  static exact: bool = false;
}

/** The list of patterns. Writer: pattern-list.ts; `beginPatternList` begins it. */
export class PatternList {
  static count: i32 = 0;
  /** The list is not complete and will not be: too many patterns, or too much work. */
  static givenUp: bool = false;
  /** It is being made. */
  static open: bool = false;
  static snapshotBytes: usize = 0;
}

/** The sets of listed patterns. Writer: pattern-sets.ts; `beginPatternSets` begins them. */
export class PatternSets {
  /** They are being made. */
  static open: bool = false;
  /** More sets than the pool has room for. */
  static overflow: bool = false;
}

/** Room for as many nodes as `bytes` allow, at most 2^20, at least 4096. */
export function reserveNodes(neuronsFirst: i32, rowCount: i32, bytes: usize): void {
  Pool.neurons = neuronsFirst;
  Pool.words = (rowCount + 31) >> 5;
  Pool.slotBytes = (24 + (<usize>Pool.neurons << 2) + ((<usize>Pool.neurons * <usize>Pool.words) << 3) + 7) & ~(<usize>7);
  Pool.capacity = <i32>max<usize>(4096, min<usize>(1 << 20, bytes / (Pool.slotBytes + 8)));
  slots = reserveRaw(<usize>Pool.capacity * Pool.slotBytes);
  heap = reserveRaw(<usize>Pool.capacity << 2);
  free = reserveRaw(<usize>Pool.capacity << 2);
  if (Trace.on) slotNumbers = reserveRaw(<usize>Pool.capacity << 3);
}

/** What the tree itself works with, the pool aside. */
export function reserveTree(rowCount: i32): void {
  sides = reserve(<usize>rowCount + 8);
  stack = reserve(<usize>CHOICE_RESERVE << 2);
  const half = <i64>rowCount * <i64>rowCount / 4 + 1;
  Pairs.capacity = <i32>min<i64>(half, MOST_PAIRS);
  pairs = reserve(<usize>Pairs.capacity << 2);
  distances = reserve(<usize>Pairs.capacity << 2);
  heldClass = reserve(<usize>size(1) << 2);
  rowClass = reserve(<usize>(size(1) * min(rowCount, MOST_CLASSED)) << 2);
  coverNeeds = reserve(<usize>rowCount << 2);
  coverWays = reserve(<usize>size(1) << 2);
  coverRow = reserve(<usize>inputsPadded << 1);
}

export function reserveBoundTable(rowCount: i32): void {
  BoundTable.entryBytes = 8 + ((<usize>rowCount + 7) & ~(<usize>7));
  boundTable = reserveRaw(BoundTable.entryBytes * TABLE_ENTRIES);
  boundUsed = reserve(TABLE_ENTRIES);
}

export function reservePatternCache(rowCount: i32): void {
  PatternCache.keyBytes = (<usize>rowCount + 7) & ~(<usize>7);
  cacheKeys = reserve(PatternCache.keyBytes * CACHE_ENTRIES);
  cacheHashes = reserve(CACHE_ENTRIES << 2);
  cacheBounds = reserve(CACHE_ENTRIES << 2);
  cacheMargins = reserve(CACHE_ENTRIES << 2);
  cacheRows = reserve((<usize>inputsPadded << 1) * CACHE_ENTRIES);
  cacheKinds = reserve(CACHE_ENTRIES << 2);
  cacheEfforts = reserve(CACHE_ENTRIES << 2);
}

export function reservePatternList(rowCount: i32): void {
  // A stage may keep few of many samples.
  const most = min(rowCount, MOST_SAMPLES);
  listMasks = reserve(MOST_PATTERNS << 3);
  listValues = reserve(MOST_PATTERNS << 2);
  listSides = reserve(MOST_SAMPLES);
  listBranched = reserve(MOST_SAMPLES << 2);
  listFirst = reserve(MOST_SAMPLES);
  listBegun = reserve(MOST_SAMPLES);
  listBounds = reserve((MOST_SAMPLES + 1) << 2);
  PatternList.snapshotBytes = relaxationBytes(most);
  listSnapshots = reserveRaw(PatternList.snapshotBytes * <usize>(most + 1));
}

export function reservePatternSets(): void {
  setPicks = reserve(<usize>size(1) << 2);
  setSums = reserve((<usize>size(1) + 1) << 3);
}

/** The tree over functions and sides, where the first layer is narrow and the rows are few. */
export function reserveServed(rowCount: i32): void {
  ServedTree.active = false;
  if (size(1) > MOST_SERVING) return;
  const rows = <usize>min(rowCount, MOST_SERVED);
  optionPlus = reserve(2 * MOST_OPTIONS << 2);
  optionMinus = reserve(2 * MOST_OPTIONS << 2);
  optionMargin = reserve(2 * MOST_OPTIONS << 2);
  chosenOptions = reserve(MOST_WIDTH << 2);
  turnedCells = reserve(24 << MOST_WIDTH);
  coverPlus = reserve(MOST_FUNCTIONS << 2);
  coverMinus = reserve(MOST_FUNCTIONS << 2);
  functionPlus = reserve(MOST_FUNCTIONS << 2);
  functionMinus = reserve(MOST_FUNCTIONS << 2);
  functionValue = reserve(MOST_FUNCTIONS << 2);
  ServedTree.entryBytes = 8 + ((rows + 7) & ~(<usize>7)) + ((rows + 1) << 3);
  relaxedTable = reserveRaw(ServedTree.entryBytes * RELAXED_ENTRIES);
  relaxedUsed = reserve(RELAXED_ENTRIES);
  servedSums = reserve((<usize>size(1) * (rows + 1)) << 3);
  servedKey = reserve(rows + 8);
  servedRow = reserve(<usize>inputsPadded << 1);
}

export function reserveSettling(rowCount: i32): void {
  treeSides = reserve(<usize>rowCount + 8);
  treeRow = reserve(<usize>inputsPadded << 1);
  joinRow = reserve(<usize>inputsPadded << 1);
  settlePrices = reserve(<usize>inputsPadded << 3);
  treeMultipliers = reserve(<usize>rowCount << 3);
  mirrorSides = reserve(<usize>rowCount + 8);
  mirrorRow = reserve(<usize>inputsPadded << 1);
}
