import { type Fields, Multipliers } from '../verify/proof/parse.js';
import { need, type Setting } from '../verify/proof/setting.js';
import { Boxes, type WeightTerms } from './boxes.js';
import { type Certificate, ceilOfQuotient, largerOf, type Part, type Ref } from './certificate.js';
import { Narrowing } from './narrow.js';
import { refuse } from './refusal.js';

/*
 * A tree of MM or MW of one neuron (docs/proof.md) as derivations. Every row is one whole inequality: in MW what is held, in MM what
 * the row asks of a neuron that beats the claim. An `m` or an `i` that closes its node is a combination of rows and bounds that says
 * 0 >= 1; an `f` gives bounds; a `w` joins what its halves came to.
 */

/** A branching on the path. */
interface Branching {
  readonly mark: number;
  readonly a: number;
  readonly value: number;
  /** What is assumed in the half that is being looked at, and in the one before. */
  assumed: Ref;
  before?: { readonly assumed: Ref; readonly never: Ref };
  /** Nothing is in the node of the branching as it is, by this. */
  readonly never?: Ref;
  isSecond: boolean;
}

export class NeuronTree {
  private readonly boxes: Boxes;
  private readonly multipliers: Multipliers;
  private readonly rows: (Ref | undefined)[];
  private readonly path: Branching[] = [];
  /** Nothing is in the current node, by this. */
  private never: Ref | undefined;
  /** What the last `m` at this node combined. */
  private last: { readonly parts: readonly Part[]; readonly terms: readonly WeightTerms[] } | undefined;
  private result: Ref | undefined;

  /**
   * @param keep the kept samples, as the problem counts them
   * @param beats the objective is better than the claim: assumed, or so by the bounds of its columns
   * @param target what the tree is replayed towards
   */
  constructor(
    private readonly certificate: Certificate,
    private readonly setting: Setting,
    private readonly keep: readonly number[],
    private readonly beats: Ref,
    private readonly target: number,
  ) {
    this.boxes = new Boxes(certificate, 0);
    this.multipliers = new Multipliers(setting.rows.length);
    this.rows = new Array(setting.rows.length).fill(undefined);
    this.never = this.trivially();
  }

  /** Nothing is better than the claim, once all nodes are closed. */
  get conclusion(): Ref | undefined {
    return this.result;
  }

  /** What `trivial` and the root of a tree know: the row that allows least, its weights in the order of what they give. */
  trivially(): Ref | undefined {
    const { setting, certificate, beats, boxes } = this;
    const tries: Part[][] = [];
    const isCount = setting.stage === 'mw';
    const paid = setting.counted.map((is) => (isCount && is ? 1n : 0n));
    if (certificate.isFalse(beats)) return beats;
    if (isCount) {
      tries.push([[beats, 1n], ...this.closings(paid.map((p) => ({ gain: 0n, toll: 0n, paid: p })))]);
    } else {
      const margin = certificate.model.column('m_1_0');
      tries.push([
        [beats, 1n],
        [certificate.upper(margin), 1n],
      ]);
    }
    for (let k = 0; k < setting.rows.length; k++) {
      const gains = Array.from(setting.rows[k], (_, a) => boxes.most(a, { ...this.termOf(k, a), paid: 0n }));
      const steps = isCount
        ? new Set(gains.filter((gain, a) => gain > 0n && setting.counted[a]))
        : new Set([0n]);
      const found = this.closingScale(
        k,
        gains,
        [...steps].sort((a, b) => (a < b ? -1 : 1)),
      );
      if (found !== undefined) tries.push(found);
    }
    for (const parts of tries) {
      const ref = this.sumIfNever(parts);
      if (ref !== undefined) return ref;
    }
    return this.withoutWeights();
  }

  /** A row and as much of the count as closes the root, if any does. */
  private closingScale(k: number, gains: readonly bigint[], scales: readonly bigint[]): Part[] | undefined {
    const { setting, target } = this;
    for (const s of scales) {
      let rest = this.asked(k) - s * BigInt(target - 1);
      for (const a of gains.keys()) {
        const paid = setting.counted[a] ? s : 0n;
        rest -= this.boxes.most(a, { ...this.termOf(k, a), paid });
      }
      if (setting.stage === 'mm') rest = this.asked(k) - gains.reduce((sum, gain) => sum + gain, 0n);
      if (rest <= 0n) continue;
      const terms = gains.map((_gain, a) => ({ ...this.termOf(k, a), paid: setting.counted[a] ? s : 0n }));
      return [...this.row(k, 1n), [this.beats, s], ...this.closings(terms)];
    }
    return undefined;
  }

  /** MW: a row of label - asks for a weight where the + side asks for none, so no count is below 1. */
  private withoutWeights(): Ref | undefined {
    const { setting, target, certificate, beats } = this;
    if (setting.stage !== 'mw' || target !== 1) return undefined;
    for (let k = 0; k < setting.rows.length; k++) {
      if (this.asked(k) <= 0n) continue;
      const terms = setting.rows[k];
      // No use means no weight, times as much as the row has of it.
      const parts = this.row(k, 1n);
      const sizes: bigint[] = [];
      for (const [a] of terms.entries()) {
        const { gain, toll } = this.termOf(k, a);
        const weight = this.boxes.weights[a];
        if (weight.u < 0) parts.push(...this.boxes.closing(a, { gain, toll, paid: 0n }));
        else {
          const row = gain > 0n ? weight.usedPlus : weight.usedMinus;
          if (gain !== 0n) parts.push([row as Ref, gain > 0n ? gain : -gain]);
          if (toll > 0n) parts.push([certificate.lower(weight.t), toll]);
          sizes.push(
            (gain > 0n ? gain : -gain) *
              BigInt(gain > 0n ? Math.max(0, weight.up) : Math.max(0, -weight.low)),
          );
        }
      }
      const largest = sizes.reduce(largerOf, 0n);
      let n = 0;
      for (const { u } of this.boxes.weights)
        if (u >= 0) parts.push([certificate.lower(u), largest - sizes[n++]]);
      parts.push([beats, largest]);
      const ref = this.sumIfNever(parts);
      if (ref !== undefined) return ref;
    }
    return undefined;
  }

  record(letter: string, fields: Fields): void {
    if (this.result !== undefined) refuse('a record after the last node');
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
      case 'w':
        this.branch(fields);
        break;
      case 'l':
      case 'x':
        this.close(letter);
        break;
      default:
        refuse(`record ${letter.slice(0, 8)}`);
    }
  }

  private bound(fields: Fields): void {
    this.neuron(fields);
    const s = this.setting.stage === 'mw' ? BigInt(fields.scale()) : 0n;
    fields.multipliers(this.multipliers);
    this.combine(s);
  }

  private unreachable(fields: Fields): void {
    this.neuron(fields);
    fields.multipliers(this.multipliers);
    this.combine(0n);
    this.last = undefined;
  }

  /** The rows, times their multipliers, and s times the count: closes the node, or is there for an `f`. */
  private combine(s: bigint): void {
    this.last = undefined;
    if (this.never !== undefined) return;
    const { setting, multipliers, boxes } = this;
    const gains = new Array<bigint>(setting.inputs).fill(0n);
    const tolls = new Array<bigint>(setting.inputs).fill(0n);
    let least = -s * BigInt(this.target - 1);
    const parts: Part[] = [];
    for (let n = 0; n < multipliers.count; n++) {
      const k = multipliers.rows[n];
      const times = BigInt(multipliers.values[n]);
      parts.push(...this.row(k, times));
      least += times * this.asked(k);
      for (let a = 0; a < gains.length; a++) {
        const { gain, toll } = this.termOf(k, a);
        gains[a] += times * gain;
        tolls[a] += times * toll;
      }
    }
    if (s > 0n) parts.push([this.beats, s]);
    const terms = gains.map((gain, a) => ({ gain, toll: tolls[a], paid: setting.counted[a] ? s : 0n }));
    const most = terms.reduce((sum, term, a) => sum + boxes.most(a, term), 0n);
    if (least > most) this.never = this.certificate.sum([...parts, ...this.closings(terms)]);
    else this.last = { parts, terms };
  }

  private narrow(fields: Fields): void {
    this.neuron(fields);
    fields.end();
    if (this.never !== undefined) return;
    if (this.last === undefined) refuse('record f without an m');
    const { certificate, boxes } = this;
    const ref = certificate.sum(this.last.parts);
    new Narrowing(certificate, boxes, { ref, terms: this.last.terms }).run();
  }

  private branch(fields: Fields): void {
    this.neuron(fields);
    const i = fields.natural();
    const value = fields.integer();
    fields.end();
    const a = this.setting.position[i] ?? -1;
    if (a < 0) refuse(`record w of input ${i}, which is not active`);
    const { boxes, certificate, never } = this;
    const assumed = never ?? certificate.assume(boxes.weights[a].w, '<=', value);
    this.path.push({ mark: boxes.mark(), a, value, assumed, never, isSecond: false });
    if (never === undefined) this.enter(a, '<=', value, assumed);
    this.last = undefined;
  }

  /** A half of a box; one that the bounds found before leave nothing of is closed at once. */
  private enter(a: number, sense: '>=' | '<=', value: number, assumed: Ref): void {
    const { boxes, certificate } = this;
    const term = { gain: sense === '<=' ? -1n : 1n, toll: 0n, paid: 0n };
    if (sense === '<=' ? value < boxes.low[a] : value > boxes.up[a])
      this.never = certificate.sum([[assumed, 1n], ...boxes.closing(a, { ...term, gain: term.gain })]);
    else if (sense === '<=' && value < boxes.up[a]) boxes.setUp(a, value, assumed);
    else if (sense === '>=' && value > boxes.low[a]) boxes.setLow(a, value, assumed);
  }

  private close(letter: string): void {
    const { path, boxes, certificate } = this;
    let never = this.never ?? refuse(`record ${letter} of a node that nothing here closes`);
    for (;;) {
      const top = path.at(-1);
      this.last = undefined;
      if (top === undefined) {
        this.result = never;
        return;
      }
      boxes.undoTo(top.mark);
      if (!top.isSecond) {
        top.isSecond = true;
        this.never = top.never;
        if (top.never !== undefined) return;
        top.before = { assumed: top.assumed, never };
        top.assumed = certificate.assume(boxes.weights[top.a].w, '>=', top.value + 1);
        this.enter(top.a, '>=', top.value + 1, top.assumed);
        return;
      }
      path.pop();
      const { before } = top;
      if (top.never !== undefined) never = top.never;
      else if (before !== undefined)
        never = certificate.join(before.never, before.assumed, never, top.assumed);
    }
  }

  private closings(terms: readonly WeightTerms[]): Part[] {
    return terms.flatMap((term, a) => this.boxes.closing(a, term));
  }

  private sumIfNever(parts: readonly Part[]): Ref | undefined {
    let rhs = 0n;
    for (const [ref, times] of parts) rhs += times * this.certificate.at(ref).rhs;
    if (rhs <= 0n) return undefined;
    const ref = this.certificate.sum(parts);
    return this.certificate.isFalse(ref) ? ref : undefined;
  }

  private neuron(fields: Fields): void {
    const j = fields.natural();
    if (j !== 0) refuse(`neuron ${j}`);
  }

  /** What row k has of the weight on active input a. */
  private termOf(k: number, a: number): WeightTerms {
    const { setting } = this;
    const gain = BigInt(setting.labels[k] * setting.rows[k][a]);
    return { gain, toll: BigInt(setting.radius[a]), paid: 0n };
  }

  /** The least that row k's sum, beyond what its inputs move, has to be. */
  private asked(k: number): bigint {
    const { setting, target } = this;
    const side = setting.labels[k];
    if (setting.stage === 'mw') return BigInt(need(setting, 0, side));
    return ceilOfQuotient(BigInt(target + 1 + (side < 0 ? setting.epsilon : 0)), BigInt(setting.scale));
  }

  /** The row as a whole inequality; in MM it is that of a margin above the claim. */
  private row(k: number, times: bigint): Part[] {
    let found = this.rows[k];
    if (found === undefined) {
      const { setting, certificate, beats } = this;
      const row = certificate.row(`${setting.labels[k] > 0 ? 'plus' : 'minus'}_1_0_${this.keep[k]}`);
      // A row of zeros that nothing is asked of is not in the model.
      if (row === undefined) return [];
      const both: Part[] = [
        [row, 1n],
        [beats, 1n],
      ];
      found = setting.stage === 'mw' ? row : certificate.sum(both, BigInt(setting.scale));
      this.rows[k] = found;
    }
    return [[found, times]];
  }
}
