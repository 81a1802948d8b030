import type { Fields } from './parse.js';
import { heldMargin, type Setting } from './setting.js';
import { State } from './state.js';
import { TreeReplay } from './tree-replay.js';
import { reject } from './types.js';
import { UpperOptimum } from './upper-optimum.js';
import { coversAll, MAX_WIDTH, type Triple } from './upper-triples.js';

/**
 * Replays the tree of one block, a record at a time (docs/proof.md, "The tree"). Invariant: if every node that is still
 * open has no network better than the claim, then there is none at all; or one as good, by the symmetries named at `p`
 * and `t`, lies in an open node. So when no node is open, the claim holds.
 */
export class Replay extends TreeReplay {
  /** What the nodes under a `g` are about. */
  private functions: readonly Triple[] = [];

  constructor(setting: Setting, claim: number) {
    super(setting, new State(setting), claim, new UpperOptimum(setting));
  }

  protected branchOn(letter: string, fields: Fields): boolean {
    if (letter === 's') this.branchOnSide(fields);
    else if (letter === 'g') this.branchOnFunctions(fields);
    else if (letter === 't') this.branchOnUntouched(fields);
    else return false;
    return true;
  }

  /** A box of its own would make an untouched neuron unlike the others of its class, and unlike its mirror image. */
  protected whyFree(j: number): string | undefined {
    return this.state.touched(j) ? undefined : 'a neuron without any side';
  }

  protected enumerateUpper(fields: Fields): void {
    fields.end();
    const { state } = this;
    for (let j = 0; j < this.setting.neurons; j++) if (!state.decided(j)) reject('u with undecided sides');
    const optimum = this.upper.of((j, k) => state.side(j, k));
    if (optimum === null) state.setImpossible();
    else state.setUpper(optimum);
  }

  /**
   * Samples of unlike labels get different outputs, so some first-layer neuron separates them. An untouched neuron that
   * does can change places with the first untouched one of its class: nothing is known of either, and what is held of
   * them is the same.
   */
  protected branchOnPair(fields: Fields): void {
    const { state, setting } = this;
    const a = this.sample(fields);
    const b = this.sample(fields);
    fields.end();
    this.refuseUnderFunction('p');
    if (setting.labels[a] === setting.labels[b]) reject('p of two samples with equal labels');
    if (state.separated(a, b)) reject('p of two samples that some neuron separates');
    const classes = new Set<number>();
    const children: (readonly [neuron: number, sideOfA: number])[] = [];
    for (let j = 0; j < setting.neurons; j++) {
      if (!state.touched(j)) {
        const kind = setting.stage === 'mm' ? 0 : heldMargin(setting, 0, j);
        if (classes.has(kind)) continue;
        classes.add(kind);
      }
      for (const side of [1, -1]) {
        if (state.side(j, a) !== -side && state.side(j, b) !== side) children.push([j, side]);
      }
    }
    this.branch(children.length, (n) => {
      const [j, side] = children[n];
      state.decide(j, a, side);
      state.decide(j, b, -side);
    });
  }

  private branchOnSide(fields: Fields): void {
    const { state } = this;
    const j = this.neuron(fields);
    const k = this.sample(fields);
    fields.end();
    if (!state.touched(j) && state.function < 0) reject('s of a neuron without any side');
    if (state.side(j, k) !== 0) reject('s of a side that is decided');
    this.branch(2, (n) => {
      state.decide(j, k, n === 0 ? 1 : -1);
      if (state.function >= 0) this.agreeOn(k);
    });
  }

  /**
   * All kept samples on the + side, or k is the first that differs from those before it. All on the - side needs no
   * child: with `w_j` and the weights that it feeds negated, every pre-activation above is the same on kept samples, as
   * many weights are 0, and the neuron's margin is larger by epsilon. Where boxes are not as wide to both sides it has one, the last.
   */
  private branchOnUntouched(fields: Fields): void {
    const { state } = this;
    const j = this.neuron(fields);
    fields.end();
    this.refuseUnderFunction('t');
    if (state.touched(j)) reject('t of a neuron that has sides');
    if (state.rows === 0) reject('t without samples');
    const children = 2 * state.rows - 1;
    this.branch(this.setting.mirrors ? children : children + 1, (n) => {
      if (n === children) for (let k = 0; k < state.rows; k++) state.decide(j, k, -1);
      if (n === children) return;
      const first = n % 2 === 0 && n > 0 ? -1 : 1; // the side of sample 0
      const turn = n === 0 ? state.rows : (n + 1) >> 1; // the first sample on the other side
      for (let k = 0; k < Math.min(turn + 1, state.rows); k++) state.decide(j, k, k < turn ? first : -first);
    });
  }

  /**
   * What the layers above do is one of the listed functions, or included in one, the first layer's neurons put in some order: they
   * can change places as long as nothing is known of any. From there on they cannot.
   */
  private branchOnFunctions(fields: Fields): void {
    const { state, setting } = this;
    const listed: Triple[] = [];
    while (!fields.done) {
      const [plus, minus, value] = [fields.natural(), fields.natural(), fields.natural()];
      if (Math.max(plus, minus) >= 2 ** (2 ** Math.min(setting.neurons, MAX_WIDTH)))
        reject('there is no such cell');
      listed.push({ plus, minus, value });
    }
    if (setting.stage !== 'mm' || setting.single) reject('g is a record of MM with layers above the first');
    this.refuseUnderFunction('g');
    for (let j = 0; j < setting.neurons; j++) if (state.touched(j)) reject('g where a neuron has sides');
    if (!coversAll(setting, listed)) reject('some upper layers are none of these functions');
    this.functions = listed;
    this.branch(listed.length, (n) => {
      state.setFunction(n);
      state.setUpper(Math.min(state.upper, listed[n].value));
      for (let k = 0; k < state.rows; k++) this.agreeOn(k);
    });
  }

  private refuseUnderFunction(letter: string): void {
    if (this.state.function >= 0) reject(`${letter} under a function of the upper layers`);
  }

  /** The cells of row k: those that the function has for its label, on the sides that are decided; what all of them say of a side is so. */
  private agreeOn(k: number): void {
    const { state, setting } = this;
    const { plus, minus } = this.functions[state.function];
    const answered = setting.labels[k] > 0 ? plus : minus;
    let every = 2 ** setting.neurons - 1; // neurons at + in all cells, and in any
    let any = 0;
    let isSome = false;
    for (let cell = 0; cell < 2 ** setting.neurons; cell++) {
      if (((answered >> cell) & 1) === 0 || !this.agrees(cell, k)) continue;
      isSome = true;
      every &= cell;
      any |= cell;
    }
    if (!isSome) state.setImpossible();
    for (let j = 0; isSome && j < setting.neurons; j++) {
      if ((every >> j) & 1) state.decide(j, k, 1);
      else if (((any >> j) & 1) === 0) state.decide(j, k, -1);
    }
  }

  private agrees(cell: number, k: number): boolean {
    for (let j = 0; j < this.setting.neurons; j++) {
      const side = this.state.side(j, k);
      if (side !== 0 && side !== ((cell >> j) & 1 ? 1 : -1)) return false;
    }
    return true;
  }
}
