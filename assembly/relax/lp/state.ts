import { reserve, reserveRaw } from '../../base/arena';
import { inputs, inputsPadded, sampleCount } from '../../problem/shape';

/**
 * Everything that lasts in this room. Each array is written by one file and begun anew where the last column says so;
 * between `begin` and that, what stands there is the relaxation that was solved last.
 *
 *     array            shape                  what, unit                                      writer           begun anew by
 *     lower, upper     f64 [columns]          boxes of the structural variables               tableau          begin, setColumn
 *     value            f64 [stride]           of the variable at a nonbasic position          tableau          begin, setColumn
 *     cost             f64 [stride]           its reduced cost; >= 0 at the lower bound,      tableau          begin, setColumn
 *                                             <= 0 at the upper
 *     sense            f64 [stride]           +1 at its lower bound, -1 at its upper,         tableau          begin, setColumn
 *                                             0 fixed or padding
 *     span             f64 [stride]           the width of its box                            tableau          begin, setColumn
 *     owner            i32 [stride]           which variable it is; -1 padding                tableau          begin, setColumn
 *     where            i32 [columns+maxRows]  position >= 0 nonbasic there, -(row + 1) basic  tableau          setColumn, addRow
 *     beta             f64 [maxRows]          value of the basic variable of a row            tableau          addRow
 *     norms            f64 [maxRows]          1 + |row|^2, divides its infeasibility          tableau          addRow
 *     basic            i32 [maxRows]          the variable that a row expresses               tableau          addRow
 *     matrix           f64 [rows][stride]     the rows over the nonbasic positions            tableau          addRow
 *     moved            f64 [stride]           scratch of `flip`: steps                        tableau          flip
 *     candidates       i32 [stride]           positions of breakpoints, a heap by `ratios`    dual-simplex     every ratio test
 *     ratios           f64 [stride]           steps at which their reduced costs are 0        dual-simplex     every ratio test
 *     flips            i32 [stride]           positions that flip                             dual-simplex     every ratio test
 *     solution         f64 [NP]               weights of the last solution, padding 0         neuron-columns   listColumns, readSolution
 *     openInput        i32 [openCount]        the input of a column of weights                neuron-columns   listColumns
 *     columnOf         i32 [inputs]           the column of an input; -1 a constant           neuron-columns   listColumns
 *     rawMultipliers   f64 [K]                of the last relaxation, by kept sample          neuron-rows      readMultipliers
 *     violation        f64 [K]                what the solution lacks on a row not written,   neuron-rows      every round of rows
 *                                             units of S
 *     inTableau        i32 [K], padded        row number + 1, or 0                            neuron-rows      beginRows
 *     rowSample        i32 [maxRows]          kept sample of a row, or -1 - c for cut c       neuron-rows      when a row is added
 *     rowSide          i8 [maxRows]           checked build: the side it was written with     neuron-rows      when a row is added
 *     rowBuffer        f64 [columns, padded]  a row on its way to the tableau                 neuron-rows      when a row is added
 *     snapshot         bytes                  the tableau before tentative boxes              tentative-boxes  tentativeBegin
 *
 * Variables: 0 .. columns - 1 structural, columns + r the slack of row r. NP: inputs, padded; K: kept samples.
 */

/** The arrays from here to the matrix are one block, which a snapshot copies together with the rows in use. */
export let block: usize = 0;
export let blockBytes: usize = 0;
export let lower: usize = 0;
export let upper: usize = 0;
export let value: usize = 0;
export let cost: usize = 0;
export let sense: usize = 0;
export let span: usize = 0;
export let owner: usize = 0;
export let where: usize = 0;
export let beta: usize = 0;
export let norms: usize = 0;
export let basic: usize = 0;
export let matrix: usize = 0;
export let moved: usize = 0;

export let candidates: usize = 0;
export let ratios: usize = 0;
export let flips: usize = 0;

export let solution: usize = 0;
export let openInput: usize = 0;
export let columnOf: usize = 0;

export let rawMultipliers: usize = 0;
export let violation: usize = 0;
export let inTableau: usize = 0;
export let rowSample: usize = 0;
export let rowSide: usize = 0;
export let rowBuffer: usize = 0;

export let snapshot: usize = 0;

/** The size of the tableau that stands. Writer: tableau.ts, by `begin`, `addRow` and `restoreTableau`. */
export class Tableau {
  /** Structural variables, and those padded to 4. */
  static columns: i32 = 0;
  static stride: i32 = 0;
  static rows: i32 = 0;
  /** Pivots of all tableaus so far; only differences mean something, nobody resets it. */
  static pivots: f64 = 0;
  /** What has been reserved. */
  static maxRows: i32 = 0;
  static maxStride: i32 = 0;
}

/** Whose the tableau is. Writer: tableau-mark.ts alone; never reset, so a mark of an earlier problem is nobody's. */
export class Mark {
  /** Changes whenever a tableau is begun, put back or worn out. */
  static now: i32 = 0;
  /** `now` as it was when the tableau that stands was begun or put back: an older mark belongs to one that is gone. */
  static taken: i32 = 0;
  /** `Tableau.pivots` when it was begun, or last found worn out. */
  static freshAt: f64 = 0;
}

/** What the columns are. Writer: neuron-columns.ts, by `beginColumns` and `listColumns`. */
export class Columns {
  /** Columns of weights (of p, where there are halves). */
  static openCount: i32 = 0;
  /** Whether weights are p - q. */
  static halves: bool = false;
  /** Cover rather than max-min: there is no column for the margin. */
  static covering: bool = false;
}

/** What one pivot would cost. Writer: dual-simplex.ts, by every `branchingPenalty`; units of the relaxation's objective. */
export class Penalties {
  static down: f64 = 0;
  static up: f64 = 0;
}

/** The most columns that a relaxation can have. */
export function mostColumns(): i32 {
  return 2 * inputs + 1;
}

export function reserveTableau(columns: i32, rows: i32): void {
  Tableau.maxRows = rows;
  Tableau.maxStride = (columns + 3) & ~3;
  const wide = <usize>Tableau.maxStride << 3;
  const tall = ((<usize>rows + 3) & ~3) << 3;
  block = reserve(7 * wide + 3 * tall + (tall >> 1) + 64);
  lower = block + 16; // 16 bytes: `columns` and `rows` of a snapshot
  upper = lower + wide;
  value = upper + wide;
  cost = value + wide;
  sense = cost + wide;
  span = sense + wide;
  owner = span + wide;
  where = owner + (wide >> 1);
  beta = where + (wide >> 1) + (tall >> 1);
  norms = beta + tall;
  basic = norms + tall;
  blockBytes = basic + (tall >> 1) - block;
  matrix = reserveRaw(<usize>rows * wide);
  moved = reserve(wide);
}

export function reserveDualSimplex(columns: i32): void {
  const wide = <usize>((columns + 3) & ~3);
  candidates = reserve(wide << 2);
  ratios = reserve(wide << 3);
  flips = reserve(wide << 2);
}

export function reserveSnapshot(bytes: usize): void {
  snapshot = reserveRaw(bytes);
}

export function reserveColumns(): void {
  solution = reserve(<usize>inputsPadded << 3);
  openInput = reserve(<usize>inputs << 2);
  columnOf = reserve(<usize>inputs << 2);
}

export function reserveRows(rowCount: i32, capacity: i32): void {
  rawMultipliers = reserve(<usize>rowCount << 3);
  rowBuffer = reserve(<usize>(mostColumns() + 8) << 3);
  inTableau = reserve(inTableauBytes());
  rowSample = reserve(<usize>capacity << 2);
  violation = reserve(<usize>rowCount << 3);
  if (!ASC_NO_ASSERT) rowSide = reserve(<usize>capacity);
}

/** Bytes of `inTableau`, padded, and one word more: that of a saved relaxation holds its number of rows. */
export function inTableauBytes(): usize {
  return ((<usize>sampleCount << 2) + 16 + 15) & ~(<usize>15);
}

/** Where the dual simplex stops, and what shows that there is no solution. Writer: dual-simplex.ts. */
export class Descent {
  /** The variable that `solveAbove` watches, -1: none. */
  static watched: i32 = -1;
  /** And the value it stops below. */
  static watchedFloor: f64 = 0;
  /**
   * After LP_INFEASIBLE: the row that no boxes satisfy, and whether its variable is below its box. Written by
   * `solve`.
   */
  static rayRow: i32 = 0;
  static rayRises: bool = false;
}

/** The relaxation at hand. Writers: neuron-lp.ts, neuron-rows.ts. */
export class Relaxed {
  /** The relaxed margin below which it may stop; every max-min relaxation sets it. */
  static enough: f64 = -1e30;
  /** How many of the cuts in use are rows already; `beginRows` and `restoreRows` take it back to 0. */
  static cutRows: i32 = 0;
}

/** The boxes that are tried. Writer: tentative-boxes.ts. */
export class Tentative {
  /** The most that `snapshot` holds; set once a problem. */
  static rows: i32 = 0;
  /** Between Begin and End: the tableau is not as it was saved. */
  static open: bool = false;
  /** Whose tableau the snapshot is; set by `tentativeBegin`. */
  static mark: i32 = 0;
}
