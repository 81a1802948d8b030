import type { Fields } from '../parse.js';
import { heldMargin } from '../setting.js';
import { TreeReplay } from '../tree-replay.js';
import { reject } from '../types.js';
import { UpperOptimum } from '../upper-optimum.js';
import type { RobustSetting } from './setting.js';
import { RobustState } from './state.js';

/** Completions of one row that are looked at, at most. */
const MAX_COMPLETIONS = 2 ** 12;

/**
 * Replays the tree of a robust block (docs/proof.md, "Robust trees"). A literal speaks of a threshold: 0 in SM, what is held
 * in MW, and in MM the margin right above the claim, at which a network that beats it certifies all kept rows. Invariant: if
 * there is a network that beats the claim, one lies in an open node, after permutation of neurons at `p`.
 */
export class RobustReplay extends TreeReplay<RobustState> {
  constructor(
    private readonly robust: RobustSetting,
    claim: number,
  ) {
    // Of the layers above only the outputs count: their inputs are +1 and -1, and no margin is held there.
    const upper = new UpperOptimum({ ...robust, hold: { kind: 'correct' } });
    super(robust, new RobustState(robust), claim, upper);
  }

  protected branchOn(letter: string, fields: Fields): boolean {
    if (letter !== 'r') return false;
    this.branchOnRow(fields);
    return true;
  }

  protected whyFree(j: number): string | undefined {
    return this.state.hasWeights(j) ? undefined : 'a neuron that no row knows on the - side';
  }

  protected override limit(j: number): number {
    if (this.robust.goal === 'sm') return -1; // no weights of the boxes do: the node is impossible
    return this.robust.goal === 'mm' ? this.claim : super.limit(j);
  }

  /**
   * Two rows of unlike labels, both certified: if no neuron were known by both, on different sides, some completion would
   * belong to both. An untouched neuron can change places with the first untouched one that holds the same.
   */
  protected branchOnPair(fields: Fields): void {
    const { state, robust } = this;
    const a = this.sample(fields);
    const b = this.sample(fields);
    fields.end();
    if (robust.alone) reject('p with one layer');
    if (robust.labels[a] === robust.labels[b]) reject('p of two rows with equal labels');
    if (state.isOut(a) || state.isOut(b)) reject('p of a row whose sample is left out');
    if (state.separated(a, b)) reject('p of two rows that some neuron tells apart');
    const classes = new Set<number>();
    const children: (() => void)[] = [];
    for (let j = 0; j < robust.neurons; j++) {
      if (!state.touched(j)) {
        const kind = robust.goal === 'mw' ? heldMargin(robust, 0, j) : 0;
        if (classes.has(kind)) continue;
        classes.add(kind);
      }
      for (const side of [1, -1]) {
        if (!state.mayKnow(j, a, side) || !state.mayKnow(j, b, -side)) continue;
        children.push(() => {
          state.decide(j, a, side);
          state.decide(j, b, -side);
        });
      }
    }
    if (robust.goal === 'sm')
      children.push(
        () => state.leaveOut(a),
        () => state.leaveOut(b),
      );
    this.branch(children.length, (n) => children[n]());
  }

  /** What row k knows of neuron j. One layer: it has to know the label's side, and so have the other rows of its sample. */
  private branchOnRow(fields: Fields): void {
    const { state, robust } = this;
    const j = this.neuron(fields);
    const k = this.sample(fields);
    fields.end();
    if (state.isOut(k)) reject('r of a row whose sample is left out');
    if (!state.undecided(j, k)) reject('r of an activation that is decided');
    const children: (() => void)[] = robust.alone
      ? [() => this.knowLabels(robust.sampleOf[k])]
      : [() => state.decide(j, k, 1), () => state.decide(j, k, -1), () => state.declareOpen(j, k)];
    if (robust.goal === 'sm') children.push(() => state.leaveOut(k));
    this.branch(children.length, (n) => children[n]());
  }

  private knowLabels(sample: number): void {
    const { labels, sampleOf } = this.robust;
    for (let k = 0; k < labels.length; k++) if (sampleOf[k] === sample) this.state.decide(0, k, labels[k]);
  }

  /** Every completion of a row of which all is decided has to get its label: the layers above, enumerated. */
  protected enumerateUpper(fields: Fields): void {
    fields.end();
    const { state, robust } = this;
    if (robust.alone) reject('u with one layer');
    const outputs = new Map<string, number>();
    for (let k = 0; k < state.rows; k++) {
      if (state.isOut(k)) continue;
      for (const pattern of this.completions(k)) {
        const label = outputs.get(pattern);
        if (label !== undefined && label !== robust.labels[k]) {
          state.setImpossible();
          return;
        }
        outputs.set(pattern, robust.labels[k]);
      }
    }
    const optimum = this.upper.ofPatterns(outputs);
    if (optimum === null) state.setImpossible();
    else if (robust.goal === 'mw' && optimum > state.upper) state.setUpper(optimum);
  }

  /** The completions of row k; none while something of it is undecided. */
  private completions(k: number): string[] {
    const { state, robust } = this;
    let patterns = [''];
    for (let j = 0; j < robust.neurons; j++) {
      if (state.undecided(j, k)) return [];
      const side = state.side(j, k);
      const ends = side === 0 ? ['+', '-'] : [side > 0 ? '+' : '-'];
      patterns = patterns.flatMap((head) => ends.map((end) => head + end));
      if (patterns.length > MAX_COMPLETIONS) reject(`row ${k} has too many completions to enumerate`);
    }
    return patterns;
  }
}
