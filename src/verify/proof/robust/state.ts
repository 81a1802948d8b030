import { OWN, State } from '../state.js';
import { mostMargin } from '../trivial.js';
import { plainBound, type RobustSetting } from './setting.js';

const OPEN = OWN;
const OUT = OWN + 1;

/*
 * The state of a node of a robust tree. `sides` are literals: the row knows the neuron on that side, at the threshold in
 * question. Beside them: which activations are declared not known, and which samples are left out.
 *
 * Invariant: the networks that the state describes are those whose activations are known, and not known, as it says, on
 * whose other samples nothing is asked, and with weights in these boxes; `bound`, `upper` and `total` bound them all.
 */
export class RobustState extends State {
  /** `[j * rows + k]`: 1 where row k does not know neuron j. */
  private readonly open: Uint8Array;
  private readonly openOf: Int32Array; // per neuron
  private readonly out: Uint8Array; // per sample of the problem
  private lost = 0; // what the samples cost that are left out
  private plusOut = 0; // and how many of them there are of either label
  private minusOut = 0;
  private readonly plain: number; // what needs no search

  constructor(private readonly robust: RobustSetting) {
    super(robust);
    const { goal, neurons, sampleOf, mixed, problem, alone, labels } = robust;
    this.open = new Uint8Array(neurons * this.rows);
    this.openOf = new Int32Array(neurons);
    this.out = new Uint8Array(sampleOf.reduce((most, sample) => Math.max(most, sample), 0) + 1);
    this.plain = plainBound(robust);
    // The one neuron of one layer is known by every row, with one label too: what a row allows it bounds it.
    const most = goal === 'mm' && alone ? Math.min(this.plain, mostMargin(robust)) : this.plain;
    this.bound.fill(goal === 'mm' ? most : 0);
    this.upper = goal === 'mw' && mixed ? problem.layers.length - 2 : 0;
    if (alone && goal !== 'sm') for (let k = 0; k < this.rows; k++) this.decide(0, k, labels[k]);
  }

  /** Nothing is said of the neuron. */
  override touched(j: number): boolean {
    return super.touched(j) || this.openOf[j] > 0;
  }

  /** Known on the - side by some row, so not without weights: these are known on the + side by all. */
  hasWeights(j: number): boolean {
    return this.minus[j] > 0;
  }

  isOpen(j: number, k: number): boolean {
    return this.open[j * this.rows + k] !== 0;
  }

  /** Neither known nor declared not known. */
  undecided(j: number, k: number): boolean {
    return this.side(j, k) === 0 && !this.isOpen(j, k);
  }

  /** Row k may know neuron j on this side. */
  mayKnow(j: number, k: number, side: number): boolean {
    return this.side(j, k) === side || this.undecided(j, k);
  }

  isOut(k: number): boolean {
    return this.out[this.robust.sampleOf[k]] !== 0;
  }

  declareOpen(j: number, k: number): void {
    const at = j * this.rows + k;
    this.trail.push(OPEN, at, 0);
    this.open[at] = 1;
    this.openOf[j]++;
  }

  /** Leaves the sample of row k out. */
  leaveOut(k: number): void {
    this.trail.push(OUT, this.robust.sampleOf[k], 0);
    this.out[this.robust.sampleOf[k]] = 1;
    this.count(this.robust.sampleOf[k], 1);
    const { plus, minus } = this.robust.spare;
    if (this.plusOut > plus || this.minusOut > minus) this.setImpossible();
  }

  private count(sample: number, times: number): void {
    const { costs, isPlus } = this.robust;
    this.lost += times * costs[sample];
    if (isPlus[sample]) this.plusOut += times;
    else this.minusOut += times;
  }

  protected override restore(kind: number, at: number, value: number): void {
    if (kind === OPEN) {
      this.open[at] = value;
      this.openOf[Math.floor(at / this.rows)]--;
    } else if (kind === OUT) {
      this.out[at] = value;
      this.count(at, -1);
    } else super.restore(kind, at, value);
  }

  override total(): number {
    const { goal, most } = this.robust;
    if (goal === 'sm') return most - this.lost;
    if (goal === 'mm') return this.bound.reduce((least, bound) => Math.min(least, bound), this.plain);
    return Math.max(super.total(), this.plain);
  }
}
