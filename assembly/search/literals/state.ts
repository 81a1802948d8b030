import { reserveBoundTable, reserveNodes } from '../sides/state';
import { groupCount, layerCount, size } from '../../problem/shape';
import { newNetwork } from '../../network/weights';
import { reserve } from '../../base/arena';
/**
 * What lasts in this room; nodes are in the pool of search/sides. Each array is written by the file named and begun anew where the last
 * column says so. K: kept rows; G: samples; n1: neurons of the first layer.
 *
 *     array          shape               what                                               writer               begun anew by
 *     literals       i8 [n1][bytes]      literals of the node at hand                       certificate-tree     every node
 *     unknown        u32 [K]             bit j: declared not to know neuron j, likewise     certificate-tree     every node
 *     leftOut        u8 [K]              the row's sample is left out, likewise             certificate-tree     every node
 *     relied         i8 [n1][bytes]      literals that rows rely on in the incumbent        given-margin         boundGivenMargin
 *     settleTrial    i16, a network      weights of the neurons that are settled            certificate-settle   beginSettling
 *     pairs          u32 [MOST_PAIRS]    kept positions, + row << 16 | - row                robust-pairs         listRobustPairs
 *     pairDistances  u32 [MOST_PAIRS]    below 2^32 (search/sides/pair-order.ts)            robust-pairs         listRobustPairs
 *     listedRows     i32 [K]             the kept rows that the list is of                  robust-pairs         listRobustPairs
 *     meets          u8 [G][G]           + sample against - sample: some boxes meet         contradictions       mostCertifiable
 *     partner        i32 [G]             of a - sample, or -1                               contradictions       mostCertifiable
 *     visited        u8 [G]              by the augmenting path                             contradictions       every path
 *     groupSigns     i8 [G]              label of a sample                                  contradictions       mostCertifiable
 *     conflicts      u8 [CONFLICTS][G]   1: the sample is in it, 2: it is none without it   sample-conflicts     beginSampleConflicts
 *     blame          f64 [G]             multipliers of its rows in the last one, in sum    sample-conflicts     noteConflict
 *     sampleRows     i32 [G]             its first row                                      sample-conflicts     beginSampleConflicts
 *     heldSides      i8 [K]              rows of the samples that are asked about           sample-conflicts     every question
 *     hits           u8 [G]              a cheapest set that meets every conflict           hitting-set          cheapestHits
 *     spared         u8 [G]              a set without which real weights hold the rest     sample-conflicts     beginSampleConflicts
 *     chosen         u8 [G]              1: in the set, 2 + depth: barred there             hitting-set          cheapestHits
 *     packed         u8 [G]              of a conflict that has been packed                 hitting-set          every packing
 *     tallies        i32 [G]             conflicts that the sample would meet               hitting-set          every choice
 */

export const FIRST_SLICES = 5;
export const MOST_SAMPLES = 1024;
export const MOST_PAIRS = 1 << 14;
/** Conflicts of samples that are kept. */
export const MOST_CONFLICTS = 256;
/** Rows up to which bounds are kept: the table holds vectors of sides, 33 MB of them. */
export const MOST_REMEMBERED = 2048;

export let settleTrial: usize = 0;
export let relied: usize = 0;
export let literals: usize = 0;
export let unknown: usize = 0;
export let leftOut: usize = 0;
export let meets: usize = 0;
export let partner: usize = 0;
export let visited: usize = 0;
export let groupSigns: usize = 0;
export let listedRows: usize = 0;
export let pairs: usize = 0;
export let pairDistances: usize = 0;
export let conflicts: usize = 0;
export let blame: usize = 0;
export let sampleRows: usize = 0;
export let heldSides: usize = 0;
export let hits: usize = 0;
export let spared: usize = 0;
export let chosen: usize = 0;
export let packed: usize = 0;
export let tallies: usize = 0;

/** The tree over certificates that stands. Writer: certificate-tree.ts; claimed, and with it reset, by `beginCertificateTree`, which hands the mark to the caller. */
export class CertificateTree {
  /** Counts the trees, over all problems of the instance. */
  static mark: i32 = 0;
  /** Neurons of the first layer. Set by `reserveLiterals`, as */
  static n1: i32 = 1;
  /** bytes of a row of `literals`. */
  static sidesBytes: usize = 0;
  /** There is a table of bounds. Set by `reserveLiterals`. */
  static remembers: bool = false;
  /** Bounds any neuron's margin on any row. */
  static ceiling: i32 = 0;
  /** The best bound among nodes that cannot be decided. */
  static stuck: i64 = i64.MIN_VALUE;
  /** The node whose neurons are being settled, 0: none. */
  static settling: usize = 0;
  /** Some node is open. */
  static open: bool = false;
  /** It can come to an end: every pair of rows is listed. */
  static canEnd: bool = false;
}

/** The node whose neurons are settled. Writer: certificate-settle.ts; set by `beginSettling`. */
export class Settling {
  /** Its slot in the pool. */
  static node: usize = 0;
  /** i8 [n1][bytes]: its literals, the tree's. */
  static sides: usize = 0;
  static sidesBytes: usize = 0;
  /** Of any neuron's margin. */
  static ceiling: i32 = 0;
  /** The one at hand; -1: none yet. */
  static neuron: i32 = -1;
  /** Of that neuron's tree. */
  static mark: i32 = 0;
  /** Of that tree so far, */
  static slices: i32 = 0;
  /** and how many a neuron may have; doubled whenever that was not enough. Set by `startSettling`. */
  static most: i32 = FIRST_SLICES;
  /** What the node is worth at most by the neurons' trees so far; */
  static value: i64 = 0;
  /** whether that is the whole truth. */
  static all: bool = false;
}

/** The list of pairs that stands. Writer: robust-pairs.ts, by `listRobustPairs`. */
export class RobustPairs {
  /** Pairs listed. */
  static count: i32 = 0;
  /** They are all that there are. */
  static all: bool = true;
  /** Rows of `listedRows`; -1: there is no list. Reset by `reserveLiterals`. */
  static rows: i32 = -1;
}

/** The pair that is branched on next, kept positions. Writer: next-pair.ts; set by `findPair`. */
export class NextPair {
  /** The row of label +, */
  static plus: i32 = 0;
  /** and the one of label -. */
  static minus: i32 = 0;
}

/** Set by `reserveLiterals`. */
export class Contradictions {
  /** There is room for all samples. */
  static fits: bool = false;
}

/** Sets of samples that one neuron cannot hold. Writer: sample-conflicts.ts; set by `beginSampleConflicts`, and by `reserveLiterals`, which leaves none. */
export class SampleConflicts {
  /** There is room for them: a single layer, not too many samples. Set by `reserveLiterals`. */
  static fits: bool = false;
  /** There is a question left. */
  static open: bool = false;
  static count: i32 = 0;
  /** Those before it are minimal; the one here is being made smaller. */
  static minimal: i32 = 0;
  /** Of any neuron's margin on any row. */
  static ceiling: i32 = 0;
  /** What `spared` costs; i64.MAX_VALUE: there is none yet. */
  static spare: i64 = i64.MAX_VALUE;
}

/** The search for `hits`. Writer: hitting-set.ts; set by `cheapestHits`. */
export class HittingSet {
  static nodes: i32 = 0;
  /** What `hits` costs. */
  static cost: i64 = 0;
  /** Nothing has been left out of the search. */
  static whole: bool = true;
}

/** Room for pairs, contradictions, and a tree whose nodes take `bytes`. */
export function reserveLiterals(rowCount: i32, bytes: usize): void {
  reserveCertificateTree(rowCount, bytes);
  settleTrial = newNetwork();
  reserveRobustPairs(rowCount);
  reserveContradictions();
  reserveConflicts(rowCount);
}

function reserveCertificateTree(rowCount: i32, bytes: usize): void {
  CertificateTree.n1 = size(1);
  CertificateTree.sidesBytes = (<usize>rowCount + 15) & ~(<usize>15);
  literals = reserve(CertificateTree.sidesBytes * <usize>CertificateTree.n1);
  unknown = reserve(<usize>rowCount << 2);
  leftOut = reserve(<usize>rowCount + 8);
  relied = reserve(CertificateTree.sidesBytes * <usize>CertificateTree.n1);
  CertificateTree.remembers = rowCount <= MOST_REMEMBERED;
  if (CertificateTree.remembers) reserveBoundTable(rowCount);
  // Behind the neurons: one to mark rows that are left out, and one a neuron for activations that are not known.
  reserveNodes(2 * CertificateTree.n1 + 1, rowCount, bytes);
}

function reserveRobustPairs(rowCount: i32): void {
  listedRows = reserve(<usize>rowCount << 2);
  RobustPairs.rows = -1;
  pairs = reserve(MOST_PAIRS << 2);
  pairDistances = reserve(MOST_PAIRS << 2);
}

function reserveContradictions(): void {
  Contradictions.fits = groupCount <= MOST_SAMPLES;
  if (!Contradictions.fits) return;
  meets = reserve(<usize>groupCount * <usize>groupCount);
  partner = reserve(<usize>groupCount << 2);
  visited = reserve(<usize>groupCount + 8);
  groupSigns = reserve(<usize>groupCount + 8);
}

function reserveConflicts(rowCount: i32): void {
  SampleConflicts.fits = layerCount == 1 && groupCount <= MOST_SAMPLES;
  SampleConflicts.open = false;
  SampleConflicts.count = 0;
  if (!SampleConflicts.fits) return;
  const bytes = <usize>groupCount + 8;
  conflicts = reserve(<usize>MOST_CONFLICTS * <usize>groupCount);
  blame = reserve(bytes << 3);
  sampleRows = reserve(bytes << 2);
  heldSides = reserve(<usize>rowCount + 8);
  hits = reserve(bytes);
  spared = reserve(bytes);
  chosen = reserve(bytes);
  packed = reserve(bytes);
  tallies = reserve(bytes << 2);
}
