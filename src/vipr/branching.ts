import type { Certificate, Part, Ref } from './certificate.js';
import { refuse } from './refusal.js';

/*
 * What our records say nothing of that VIPR could follow (hidden layers, methods by which the verifier searches): the model's own tree, from nothing
 * but its rows. In a box of all columns every row narrows the others by `rnd` of the row and the ends of its other columns, until nothing moves; a
 * row that cannot hold ends the box by `lin`. Else a column is halved, weights first, from the last layer down: what decides most. That the objective is better
 * than the claim is a row like any other, so where the claim is true every box ends. The tree is of all networks that the rows do not
 * tell apart at once, so this is for tiny problems: so many boxes, and no more.
 */
export const MOST_BOXES = 20_000;

export class Branching {
  private readonly low: bigint[];
  private readonly up: bigint[];
  private readonly lowRef: Ref[];
  private readonly upRef: Ref[];
  /** Column and end of every change, with what stood there. */
  private readonly trail: {
    readonly c: number;
    readonly isLow: boolean;
    readonly value: bigint;
    readonly ref: Ref;
  }[] = [];
  private readonly rows: readonly Ref[];
  /** Per column, the rows that have it. */
  private readonly rowsOf: readonly Ref[][];
  private readonly order: readonly number[];
  private boxes = 0;

  /** @param beats that the objective is better than the claim; of the claim `none` what holds of every network */
  constructor(
    private readonly certificate: Certificate,
    beats: Ref,
    private readonly mostBoxes = MOST_BOXES,
  ) {
    const { model } = certificate;
    const { columns } = model;
    this.low = columns.map(({ lower }) => BigInt(lower));
    this.up = columns.map(({ upper }) => BigInt(upper));
    this.lowRef = columns.map((_, c) => certificate.lower(c));
    this.upRef = columns.map((_, c) => certificate.upper(c));
    this.rows = [beats, ...model.rows.map((_, n) => 2 * columns.length + n)];
    const rowsOf: Ref[][] = columns.map(() => []);
    for (const row of this.rows) for (const c of certificate.at(row).columns) rowsOf[c].push(row);
    this.rowsOf = rowsOf;
    const weights = model.weightColumns
      .toReversed()
      .flatMap((layer) => layer.flatMap((inputs) => [...inputs].filter((c) => c >= 0)));
    const isWeight = new Set(weights);
    this.order = [...weights, ...columns.map((_, c) => c).filter((c) => !isWeight.has(c))];
  }

  /** 0 >= 1; `undefined`: there is a point that beats the claim. */
  close(): Ref | undefined {
    return this.closeBox(this.rows);
  }

  /** @param moved rows that may narrow the box, or end it */
  private closeBox(moved: readonly Ref[]): Ref | undefined {
    if (++this.boxes > this.mostBoxes)
      refuse(`a tree of more than ${this.mostBoxes} boxes over the model's columns`);
    const mark = this.trail.length;
    const never = this.narrow(moved) ?? this.halve();
    this.undoTo(mark);
    return never;
  }

  private halve(): Ref | undefined {
    const { certificate, low, up } = this;
    const c = this.order.find((column) => low[column] < up[column]);
    if (c === undefined) return undefined;
    const middle = low[c] + (up[c] - low[c]) / 2n;
    const mark = this.trail.length;
    const below = certificate.assume(c, '<=', Number(middle));
    this.set(c, false, middle, below);
    const first = this.closeBox(this.rowsOf[c]);
    this.undoTo(mark);
    if (first === undefined) return undefined;
    const above = certificate.assume(c, '>=', Number(middle) + 1);
    this.set(c, true, middle + 1n, above);
    const second = this.closeBox(this.rowsOf[c]);
    this.undoTo(mark);
    return second === undefined ? undefined : certificate.join(first, below, second, above);
  }

  /** Narrows the box by these rows and all that move with it; 0 >= 1 where one of them cannot hold. */
  private narrow(moved: readonly Ref[]): Ref | undefined {
    const waiting = new Set(moved);
    for (const row of waiting) {
      waiting.delete(row); // one that moves again is behind the others
      const slack = this.slackOf(row);
      if (slack < 0n) return this.certificate.sum([[row, 1n], ...this.ends(row)]);
      const { columns, values } = this.certificate.at(row);
      for (const [n, c] of columns.entries()) {
        const value = values[n];
        const step = value > 0n ? value : -value;
        const moves = this.up[c] - this.low[c] - slack / step;
        if (moves <= 0n) continue;
        const ref = this.certificate.sum([[row, 1n], ...this.ends(row, c)], step);
        if (value > 0n) this.set(c, true, this.low[c] + moves, ref);
        else this.set(c, false, this.up[c] - moves, ref);
        for (const other of this.rowsOf[c]) if (other !== row) waiting.add(other);
      }
    }
    return undefined;
  }

  /** How much more the row can be in the box than it has to be. */
  private slackOf(row: Ref): bigint {
    const { columns, values, rhs } = this.certificate.at(row);
    let slack = -rhs;
    for (const [n, c] of columns.entries()) slack += values[n] * (values[n] > 0n ? this.up[c] : this.low[c]);
    return slack;
  }

  /** What leaves of a row nothing but one column, or a number. */
  private ends(row: Ref, but = -1): Part[] {
    const { columns, values } = this.certificate.at(row);
    const parts: Part[] = [];
    for (const [n, c] of columns.entries()) {
      if (c === but) continue;
      parts.push(values[n] > 0n ? [this.upRef[c], values[n]] : [this.lowRef[c], -values[n]]);
    }
    return parts;
  }

  private set(c: number, isLow: boolean, value: bigint, ref: Ref): void {
    const [values, refs] = isLow ? [this.low, this.lowRef] : [this.up, this.upRef];
    this.trail.push({ c, isLow, value: values[c], ref: refs[c] });
    values[c] = value;
    refs[c] = ref;
  }

  private undoTo(mark: number): void {
    while (this.trail.length > mark) {
      const { c, isLow, value, ref } = this.trail.pop() as (typeof this.trail)[number];
      const [values, refs] = isLow ? [this.low, this.lowRef] : [this.up, this.upRef];
      this.certificate.forget(refs[c]);
      values[c] = value;
      refs[c] = ref;
    }
  }
}
