import { type Combination, combine } from './combination.js';
import {
  attainable,
  BEYOND,
  marginBound,
  marginSlack,
  neededSum,
  nonzeroBound,
  nonzeroSlack,
  outOfReach,
} from './neuron-bound.js';
import { type Fields, Multipliers } from './parse.js';
import type { Setting } from './setting.js';
import type { State } from './state.js';
import { reject } from './types.js';
import type { UpperOptimum } from './upper-optimum.js';

/** What the last `m` of a neuron left for an `f`; of use at the same node only. */
interface LastRows {
  readonly node: number;
  readonly rows: Combination;
  readonly s: number;
  readonly needed: bigint;
}

/** A branching on the path: its children that are still to come, and the trail to go back to before each. */
interface Branching {
  readonly mark: number;
  readonly children: number;
  /** Brings child n into the state. */
  readonly enter: (n: number) => void;
  next: number;
}

/**
 * What the trees of all objectives have in common (docs/proof.md): records about one neuron and its weights, ends of nodes,
 * and the path. Pairs and the layers above mean something else to each; a record that only one has is `branchOn`'s.
 */
export abstract class TreeReplay<S extends State = State> {
  protected readonly multipliers: Multipliers;
  private readonly scratch: Float64Array[];
  private readonly last: (LastRows | undefined)[];
  private readonly path: Branching[] = [];
  /** The neuron that is being bounded on its own (record b), and the value to reach. */
  private lemma: { readonly neuron: number; readonly value: number } | undefined;
  private node = 0;
  private open = true;

  constructor(
    protected readonly setting: Setting,
    protected readonly state: S,
    protected readonly claim: number,
    protected readonly upper: UpperOptimum,
  ) {
    this.multipliers = new Multipliers(setting.rows.length);
    this.scratch = Array.from({ length: setting.neurons }, () => new Float64Array(setting.inputs));
    this.last = new Array<LastRows | undefined>(setting.neurons);
  }

  /** Changes with every node. */
  protected get nodeNumber(): number {
    return this.node;
  }

  /** Every node is closed. */
  get done(): boolean {
    return !this.open;
  }

  /** Record u: what the layers above reach, once enough is decided of the first. */
  protected abstract enumerateUpper(fields: Fields): void;

  /** Record p: which neuron tells two rows of unlike labels apart. */
  protected abstract branchOnPair(fields: Fields): void;

  /** Any other record; false: there is no such record. */
  protected abstract branchOn(letter: string, fields: Fields): boolean;

  /** Whether the neuron's rows bind its weights, and its boxes may be its own; a reason where not. */
  protected abstract whyFree(j: number): string | undefined;

  /** The bound of neuron j alone at which the node is closed. */
  protected limit(j: number): number {
    return this.claim - this.state.upper - this.state.others(j);
  }

  /** One record; its letter has been read. */
  record(letter: string, fields: Fields): void {
    if (!this.open) reject('a record after the last node was closed');
    if (this.lemma !== undefined && !'mifswlx'.includes(letter))
      reject(`${letter.slice(0, 20)} while a neuron is bounded on its own`);
    switch (letter) {
      case 'm':
        this.bound(fields);
        break;
      case 'i':
        this.unreachable(fields);
        break;
      case 'f':
        this.narrow(fields);
        break;
      case 'l':
        this.closeByBound(fields);
        break;
      case 'x':
        this.closeAsImpossible(fields);
        break;
      case 'w':
        this.branchOnWeight(fields);
        break;
      case 'b':
        this.branchOnBound(fields);
        break;
      case 'u':
        this.enumerateUpper(fields);
        break;
      case 'p':
        this.branchOnPair(fields);
        break;
      default:
        if (!this.branchOn(letter, fields)) reject(`'${letter.slice(0, 20)}' is no record`);
    }
  }

  private bound(fields: Fields): void {
    const { state, setting } = this;
    const j = this.neuron(fields);
    const s = setting.stage === 'mm' ? 0 : fields.scale();
    this.readRows(j, fields);
    if (state.room() < 0) state.setImpossible();
    // MW: without any row still a bound, the weights whose box leaves 0 out. MM: an average of nothing.
    if (s === 0 && this.multipliers.count === 0) reject('m without multipliers');
    const rows = combine(state, j, this.multipliers, s, this.scratch[j]);
    const needed = s === 0 ? 0n : neededSum(state, j, this.multipliers);
    this.last[j] = { node: this.node, rows, s, needed };
    if (s === 0) {
      const bound = attainable(state, j, marginBound(state, rows));
      if (bound < state.bound[j]) state.setBound(j, bound);
    } else {
      const bound = nonzeroBound(state, rows, needed, s);
      if (bound > state.bound[j]) state.setBound(j, bound);
    }
  }

  private unreachable(fields: Fields): void {
    const { state } = this;
    if (this.setting.stage !== 'mw') reject('i is a record of MW');
    const j = this.neuron(fields);
    this.readRows(j, fields);
    if (this.isOver()) {
      state.setImpossible();
      return;
    }
    // The room of the neuron's last `m` is used again, so an `f` after this needs an `m` of its own.
    const rows = combine(state, j, this.multipliers, 0, this.scratch[j]);
    this.last[j] = undefined;
    if (!outOfReach(state, rows, neededSum(state, j, this.multipliers)))
      reject('the rows are not out of reach');
    state.setImpossible();
  }

  /** Record f. */
  protected narrow(fields: Fields): void {
    const j = this.neuron(fields);
    fields.end();
    const { state } = this;
    const last = this.last[j];
    if (last === undefined || last.node !== this.node) reject('f without an m of its neuron at this node');
    const { rows, s, needed } = last;
    const limit = this.lemma?.value ?? this.limit(j);
    const slack = s === 0 ? marginSlack(state, rows, limit) : nonzeroSlack(state, rows, needed, s, limit);
    if (this.isOver() || !rows.narrow(state, s, slack)) state.setImpossible();
  }

  private closeByBound(fields: Fields): void {
    fields.end();
    if (!this.isOver())
      reject(`the node's bound is ${this.reached()}, which does not close it at ${this.target()}`);
    this.nextNode();
  }

  /** What the node is about: the whole network, or the one neuron that is bounded on its own. */
  private reached(): number {
    return this.lemma === undefined ? this.state.total() : this.state.bound[this.lemma.neuron];
  }

  private target(): number {
    return this.lemma?.value ?? this.claim;
  }

  private closed(): boolean {
    return this.setting.stage === 'mm' ? this.reached() <= this.target() : this.reached() >= this.target();
  }

  /**
   * Nothing of the node is left to be shown. It stays so whatever a weight is fixed to, and whoever wrote the proof may have known
   * less of the node and gone on: what follows in it is not held against boxes that were not narrowed here for that reason.
   */
  protected isOver(): boolean {
    return this.isVoid() || this.closed();
  }

  /** It is known that no network is in the node. */
  private isVoid(): boolean {
    return this.state.impossible || this.state.isOverLimit;
  }

  /** No network is in the node: a margin below 0 says so, too. */
  protected isImpossible(): boolean {
    const { state, setting } = this;
    return this.isVoid() || (setting.stage === 'mm' && state.bound.some((bound) => bound < 0));
  }

  private closeAsImpossible(fields: Fields): void {
    fields.end();
    if (!this.isImpossible()) reject('nothing says that the node is impossible');
    this.nextNode();
  }

  private branchOnWeight(fields: Fields): void {
    const { state, setting } = this;
    const j = this.neuron(fields);
    const input = fields.natural();
    const v = fields.integer();
    fields.end();
    const a = input < setting.position.length ? setting.position[input] : -1;
    if (a < 0) reject(`w of input ${input}, which is not active`);
    const free = this.whyFree(j);
    if (free !== undefined) reject(`w of ${free}`);
    const at = j * setting.inputs + a;
    const lo = state.low[at];
    const up = state.high[at];
    const isLimited = setting.limit < Number.POSITIVE_INFINITY;
    const [least, most] = isLimited ? [setting.low[a], setting.high[a]] : [lo, up];
    if (!(least <= v && v < most)) reject(`w at ${v}, but the box is [${least}, ${most}]`);
    // Under a limit an f may have left less of the box than whoever wrote the proof knew: a half of which nothing is left is impossible.
    this.branch(2, (n) => {
      if (n === 0 ? v < lo : v >= up) state.setImpossible();
      else if (n === 0) state.setHigh(at, Math.min(up, v));
      else state.setLow(at, Math.max(lo, v + 1));
    });
  }

  /**
   * First what the neuron can reach by itself: no network of this node has a margin above v (MM), or fewer non-zero weights
   * than v (MW), in neuron j. Then the node again, with that known. In the first child only partitions into the neuron's own
   * sides and weights are allowed, because a symmetry would replace the network that the bound is about.
   */
  private branchOnBound(fields: Fields): void {
    const { state } = this;
    const neuron = this.neuron(fields);
    const value = fields.integer();
    fields.end();
    const isMargin = this.setting.stage === 'mm';
    this.branch(2, (n) => {
      this.lemma = n === 0 ? { neuron, value } : undefined;
      if (n === 0) return;
      const known = state.bound[neuron];
      state.setBound(neuron, isMargin ? Math.min(known, value) : Math.max(known, Math.min(value, BEYOND)));
    });
  }

  protected branch(children: number, enter: (n: number) => void): void {
    this.path.push({ mark: this.state.mark(), children, enter, next: 0 });
    this.nextNode();
  }

  /** Depth first: the next child of the deepest branching that has one. */
  private nextNode(): void {
    this.node++;
    for (;;) {
      const branching = this.path.at(-1);
      if (branching === undefined) {
        this.open = false;
        return;
      }
      this.state.undoTo(branching.mark);
      if (branching.next < branching.children) {
        branching.enter(branching.next++);
        return;
      }
      this.path.pop();
    }
  }

  private readRows(j: number, fields: Fields): void {
    const { multipliers, state } = this;
    fields.multipliers(multipliers);
    for (let n = 0; n < multipliers.count; n++) {
      const k = multipliers.rows[n];
      if (state.side(j, k) === 0) reject(`neuron ${j} has no side of row ${k}`);
    }
    const free = multipliers.count > 0 ? this.whyFree(j) : undefined;
    if (free !== undefined) reject(`multipliers of ${free}`);
  }

  protected neuron(fields: Fields): number {
    const j = fields.natural();
    if (this.lemma !== undefined && j !== this.lemma.neuron)
      reject(`neuron ${j} while another is bounded on its own`);
    return j < this.setting.neurons ? j : reject(`${j} is no neuron of the first layer`);
  }

  protected sample(fields: Fields): number {
    const k = fields.natural();
    return k < this.state.rows ? k : reject(`row ${k} is not one of the ${this.state.rows} kept samples`);
  }
}
