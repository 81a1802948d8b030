import type { Boxes, WeightTerms } from './boxes.js';
import { type Certificate, type Constraint, ceilOfQuotient, type Part, type Ref } from './certificate.js';

/*
 * Narrower boxes from one combination of rows (record f). The combination is halved: what is outside of a half is closed by its bounds,
 * down to single weights, so that all of them together cost little more than a few times the inputs.
 */

/** A combination of rows: `sum of terms >= least`, by weight. */
export interface Combined {
  readonly ref: Ref;
  readonly terms: readonly WeightTerms[];
}

/** What the box of a weight becomes. */
interface Narrower {
  readonly low: number;
  readonly up: number;
}

export class Narrowing {
  /** Bounds that were shown, for when all are. */
  private readonly found: (() => void)[] = [];
  private readonly wanted: (Narrower | undefined)[] = [];

  constructor(
    private readonly certificate: Certificate,
    private readonly boxes: Boxes,
    private readonly combined: Combined,
  ) {}

  /** Every value with which the combination cannot hold is out, at the ends of the boxes. */
  run(): void {
    const { boxes, combined } = this;
    const { terms, ref } = combined;
    let slack = -this.certificate.at(ref).rhs;
    const peaks = terms.map((term, a) => boxes.most(a, term));
    for (const peak of peaks) slack += peak;
    for (const [a, term] of terms.entries()) {
      const remains = (v: number) => boxes.valueAt(term, v) >= peaks[a] - slack;
      let low = boxes.low[a];
      let up = boxes.up[a];
      while (low < up && !remains(low)) low++;
      while (up > low && !remains(up)) up--;
      this.wanted.push(low === boxes.low[a] && up === boxes.up[a] ? undefined : { low, up });
    }
    this.halve(0, terms.length, ref);
    for (const take of this.found) take();
  }

  /** @param ref the combination with only the weights from `from` to before `to` */
  private halve(from: number, to: number, ref: Ref): void {
    if (to - from <= 1) {
      if (to > from && this.wanted[from] !== undefined) this.atWeight(from, ref, this.wanted[from]);
      return;
    }
    const middle = (from + to) >> 1;
    this.half(from, middle, middle, to, ref);
    this.half(middle, to, from, middle, ref);
  }

  private half(from: number, to: number, otherFrom: number, otherTo: number, ref: Ref): void {
    if (!this.wanted.slice(from, to).some((narrower) => narrower !== undefined)) return;
    const parts: Part[] = [[ref, 1n]];
    for (let a = otherFrom; a < otherTo; a++) parts.push(...this.boxes.closing(a, this.combined.terms[a]));
    const own = parts.length > 1 ? this.certificate.sum(parts) : ref;
    this.halve(from, to, own);
    if (own !== ref) this.certificate.forget(own);
  }

  private atWeight(a: number, ref: Ref, { low, up }: Narrower): void {
    const { boxes, found } = this;
    if (low > boxes.low[a]) {
      const bound = this.show(a, ref, {
        columns: [boxes.weights[a].w],
        values: [1n],
        rhs: BigInt(low),
        isUpper: false,
      });
      found.push(() => boxes.setLow(a, low, bound));
    }
    if (up < boxes.up[a]) {
      const bound = this.show(a, ref, {
        columns: [boxes.weights[a].w],
        values: [-1n],
        rhs: BigInt(-up),
        isUpper: false,
      });
      found.push(() => boxes.setUp(a, up, bound));
    }
  }

  /** Of `gain w - toll t - paid u >= least` the bound: the use decides whether it is paid for. */
  private show(a: number, ref: Ref, goal: Constraint): Ref {
    const { certificate, boxes } = this;
    const terms = this.combined.terms[a];
    const { paid, gain, toll } = terms;
    if (paid === 0n) return this.showLinear(a, ref, terms, goal);
    const free = { gain, toll, paid: 0n };
    if (boxes.low[a] > 0 || boxes.up[a] < 0) {
      const used = boxes.isUsed(a);
      return this.showLinear(
        a,
        certificate.sum([
          [ref, 1n],
          [used, paid],
        ]),
        free,
        goal,
      );
    }
    const { u, usedPlus, usedMinus, up, low } = boxes.weights[a];
    const unused = certificate.assume(u, '<=', 0);
    const atMost = certificate.sum([
      [usedPlus as Ref, 1n],
      [unused, BigInt(Math.max(0, up))],
    ]);
    const atLeast = certificate.sum([
      [usedMinus as Ref, 1n],
      [unused, BigInt(Math.max(0, -low))],
    ]);
    const first =
      goal.rhs > 0n ? this.without(a, ref, atMost, atLeast) : goal.values[0] > 0n ? atLeast : atMost;
    const used = certificate.assume(u, '>=', 1);
    const second = this.showLinear(
      a,
      certificate.sum([
        [ref, 1n],
        [used, paid],
      ]),
      free,
      goal,
    );
    return certificate.join(first, unused, second, used, goal);
  }

  /** The weight is 0, and then the combination does not hold. */
  private without(a: number, ref: Ref, atMost: Ref, atLeast: Ref): Ref {
    const { certificate, boxes } = this;
    const { gain, toll, paid } = this.combined.terms[a];
    const { t, u } = boxes.weights[a];
    const parts: Part[] = [
      [ref, 1n],
      [certificate.lower(u), paid],
    ];
    if (toll > 0n) parts.push([certificate.lower(t), toll]);
    parts.push(gain > 0n ? [atMost, gain] : [atLeast, -gain]);
    return certificate.sum(parts);
  }

  /** `gain w - toll t >= least` on the side where the weight is its size, or its opposite; or nothing of the box is left. */
  private showLinear(a: number, ref: Ref, terms: WeightTerms, goal: Constraint): Ref {
    const { certificate, boxes } = this;
    const { gain, toll } = terms;
    const { normPlus, normMinus } = boxes.weights[a];
    const least = certificate.at(ref).rhs;
    for (const [slope, norm] of [
      [gain - toll, normPlus],
      [gain + toll, normMinus],
    ] as const) {
      // The bound is one on the side that the goal is about.
      if (slope === 0n || slope > 0n !== goal.values[0] > 0n) continue;
      const divisor = slope > 0n ? slope : -slope;
      if (ceilOfQuotient(least, divisor) < goal.rhs) continue;
      const parts: Part[] = [[ref, 1n]];
      if (toll > 0n) parts.push([norm as Ref, toll]);
      return certificate.sum(parts, divisor);
    }
    return certificate.sum([[ref, 1n], ...boxes.closing(a, terms)]);
  }
}
