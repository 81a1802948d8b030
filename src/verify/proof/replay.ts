import type { Fields } from './parse.js';
import { heldMargin, type Setting } from './setting.js';
import { State } from './state.js';
import { TreeReplay } from './tree-replay.js';
import { reject } from './types.js';
import { UpperOptimum } from './upper-optimum.js';

/**
 * Replays the tree of one block, a record at a time (docs/proof.md, "The tree"). Invariant: if every node that is still
 * open has no network better than the claim, then there is none at all; or one as good, by the symmetries named at `p`
 * and `t`, lies in an open node. So when no node is open, the claim holds.
 */
export class Replay extends TreeReplay {
  constructor(setting: Setting, claim: number) {
    super(setting, new State(setting), claim, new UpperOptimum(setting));
  }

  protected branchOn(letter: string, fields: Fields): boolean {
    if (letter === 's') this.branchOnSide(fields);
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
    if (!state.touched(j)) reject('s of a neuron without any side');
    if (state.side(j, k) !== 0) reject('s of a side that is decided');
    this.branch(2, (n) => state.decide(j, k, n === 0 ? 1 : -1));
  }

  /**
   * All kept samples on the + side, or k is the first that differs from those before it. All on the - side needs no
   * child: with `w_j` and the weights that it feeds negated, every pre-activation above is the same on kept samples, as
   * many weights are 0, and the neuron's margin is larger by epsilon.
   */
  private branchOnUntouched(fields: Fields): void {
    const { state } = this;
    const j = this.neuron(fields);
    fields.end();
    if (state.touched(j)) reject('t of a neuron that has sides');
    if (state.rows === 0) reject('t without samples');
    this.branch(2 * state.rows - 1, (n) => {
      const first = n % 2 === 0 && n > 0 ? -1 : 1; // the side of sample 0
      const turn = n === 0 ? state.rows : (n + 1) >> 1; // the first sample on the other side
      for (let k = 0; k < Math.min(turn + 1, state.rows); k++) state.decide(j, k, k < turn ? first : -first);
    });
  }
}
