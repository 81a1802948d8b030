import { inputsPadded } from '../../problem/shape';
import { newNetwork } from '../../network/weights';
import { reserve } from '../../base/arena';
/**
 * What the stages of the paper keep between slices. One stage runs at a time; each begins with its own `begin..`. K: kept rows; NP: inputs, padded.
 *
 *     array           shape            what, unit                                             writer   begun anew by
 *     smTrial         i16, a network   the network that is offered                            sm       every use
 *     annealStart     i16, a network   hidden layers: the best that is not the linear start's sm       the stage
 *     smConstantRow   i16 [NP]         a neuron without weights, for a ladder                 sm       every use
 *     mmTrial         i16, a network   the network that is offered                            mm       every use
 *     mmConstantRow   i16 [NP]         the neuron that says +1 to all rows, for a ladder      mm       the stage
 *     mwTrial         i16, a network   the network that is offered                            mw       every use
 *     mwSides         i8 [K]           sides of the neuron under search                       mw       every neuron
 *     mwRequired      i32 [K]          what its |S| must reach, units of S                    mw       every neuron
 *     mwRow           i16 [NP]         its weights                                            mw       every neuron
 *     mwTreeRow       i16 [NP]         one layer: the best weights of the tree                mw       every neuron
 */

export let smTrial: usize = 0;
export let annealStart: usize = 0;
export let smConstantRow: usize = 0;
export let mmTrial: usize = 0;
export let mmConstantRow: usize = 0;
export let mwTrial: usize = 0;
export let mwSides: usize = 0;
export let mwRequired: usize = 0;
export let mwRow: usize = 0;
export let mwTreeRow: usize = 0;

/** Writer: sm.ts; set by `beginSm`. */
export class Sm {
  /** One of those of sm.ts. */
  static phase: i32 = 0;
  /** Samples that `annealStart` has. */
  static annealCount: i32 = 0;
  /** Work up to which the separator is looked for; alone: where the trees' wait began. */
  static until: f64 = 0;
  /** The trees have been begun, or are done with. */
  static treeTried: bool = false;
  /** A tree over ternary weights, scaled, comes before that over all. */
  static coarse: bool = false;
  /** Work of the tree over rows, */
  static rowsTook: f64 = 0;
  /** and of that over weights. */
  static boxesTook: f64 = 0;
  /** Under limits: work of the first up to which its turn lasts. */
  static rowsUntil: f64 = 0;
  /** The bound is from the rows. */
  static rowsLead: bool = false;
  /** The answers of the layers above are. */
  static listed: bool = false;
  /** The table of signs stands, and is scanned. */
  static scans: bool = false;
  /** Work of the walks, */
  static walked: f64 = 0;
  /** of the descent by pairs, */
  static paired: f64 = 0;
  /** and of annealing. */
  static annealed: f64 = 0;
  /** The linear start has closed the stage, and the relaxation's separator has not been looked at. */
  static linear: bool = false;
  /** All samples may be confident, and the search for that goes on. */
  static separates: bool = false;
}

/** Writer: mm.ts; set by `beginMm`. */
export class Mm {
  /** One of those of mm.ts. */
  static phase: i32 = 0;
  /** Ranges of their own: the tree over all weights serves. */
  static boxed: bool = false;
  /** Level A is the tree over functions and sides. */
  static served: bool = false;
  /** A tree over ternary weights, scaled, comes before that over all. */
  static coarse: bool = false;
  /** Of `mmConstantRow`, units of S. */
  static constantMargin: i32 = 0;
  /** Of any neuron's margin, units of S. */
  static freeCeiling: i32 = 0;
  /** Work up to which the present part lasts. */
  static until: f64 = 0;
  /** Of what the search has had: where the next neuron is polished. */
  static turnEnd: f64 = 0;
  /** The neuron that is being polished; -1: none yet. */
  static polished: i32 = -1;
  /** Neurons in a row that had nothing to gain. */
  static idle: i32 = 0;
  /** Of the tree over weights (one layer). */
  static mark: i32 = 0;
  /** Candidate widths take turns. */
  static widths: i32 = 0;
}

/** Writer: mw.ts; set by `beginMw`. */
export class Mw {
  /** Everything is listed. */
  static enumerate: bool = false;
  /** Proved non-zeros of the neuron under search, with its sides. */
  static goal: i32 = 0;
  /** That neuron; -1: none yet. */
  static neuron: i32 = -1;
  /** The tree over sides, or with one layer and no network that over weights. */
  static treeBegun: bool = false;
  /** Work up to which its turn lasts. */
  static until: f64 = 0;
  /** Neurons in a row without a gain. */
  static idle: i32 = 0;
  /** Of the tree over weights (one layer). */
  static mark: i32 = 0;
  /** Of the search: its mark. */
  static session: i32 = 0;
}

export function reservePaperStages(rowCount: i32): void {
  smTrial = newNetwork();
  annealStart = newNetwork();
  smConstantRow = reserve(<usize>inputsPadded << 1);
  mmTrial = newNetwork();
  mmConstantRow = reserve(<usize>inputsPadded << 1);
  mwTrial = newNetwork();
  mwSides = reserve(<usize>rowCount + 8);
  mwRequired = reserve(<usize>rowCount << 2);
  mwRow = reserve(<usize>inputsPadded << 1);
  mwTreeRow = reserve(<usize>inputsPadded << 1);
}
