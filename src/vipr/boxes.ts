import type { Certificate, Part, Ref } from './certificate.js';

/** The columns of a first-layer weight: its size where its input may move, its use where that is counted. -1: there is none. */
export interface WeightColumns {
  readonly w: number;
  readonly t: number;
  readonly u: number;
  readonly normPlus?: Ref;
  readonly normMinus?: Ref;
  readonly usedPlus?: Ref;
  readonly usedMinus?: Ref;
  /** As in the model. */
  readonly low: number;
  readonly up: number;
}

/** `gain * w - toll * t - paid * u`, what a combination of rows has of one weight; toll and paid are 0 or more. */
export interface WeightTerms {
  readonly gain: bigint;
  readonly toll: bigint;
  readonly paid: bigint;
}

/** A box of every first-layer weight, and the constraints that say so; changes are taken back in reverse. */
export class Boxes {
  readonly weights: readonly WeightColumns[];
  readonly low: Int32Array;
  readonly up: Int32Array;
  private readonly lowRef: Int32Array;
  private readonly upRef: Int32Array;
  private readonly trail: number[] = [];
  private readonly used = new Map<Ref, Ref>();

  /** @param neuron of the first layer; weights are those on active inputs, in their order */
  constructor(
    private readonly certificate: Certificate,
    neuron: number,
  ) {
    const { model } = certificate;
    const columns = model.weightColumns[0][neuron];
    const weights: WeightColumns[] = [];
    for (const [i, w] of columns.entries()) {
      if (w < 0) continue;
      const at = `1_${neuron}_${i}`;
      weights.push({
        w,
        t: model.column(`t_${at}`),
        u: model.column(`u_${at}`),
        normPlus: certificate.row(`norm_plus_${neuron}_${i}`),
        normMinus: certificate.row(`norm_minus_${neuron}_${i}`),
        usedPlus: certificate.row(`used_plus_${at}`),
        usedMinus: certificate.row(`used_minus_${at}`),
        low: model.columns[w].lower,
        up: model.columns[w].upper,
      });
    }
    this.weights = weights;
    this.low = Int32Array.from(weights, ({ low }) => low);
    this.up = Int32Array.from(weights, ({ up }) => up);
    this.lowRef = Int32Array.from(weights, ({ w }) => certificate.lower(w));
    this.upRef = Int32Array.from(weights, ({ w }) => certificate.upper(w));
  }

  setLow(a: number, value: number, ref: Ref): void {
    this.trail.push(a, this.low[a], this.lowRef[a]);
    this.low[a] = value;
    this.lowRef[a] = ref;
  }

  setUp(a: number, value: number, ref: Ref): void {
    this.trail.push(~a, this.up[a], this.upRef[a]);
    this.up[a] = value;
    this.upRef[a] = ref;
  }

  mark(): number {
    return this.trail.length;
  }

  undoTo(mark: number): void {
    const { trail } = this;
    while (trail.length > mark) {
      const ref = trail.pop() as number;
      const value = trail.pop() as number;
      const a = trail.pop() as number;
      if (a >= 0) {
        this.low[a] = value;
        this.lowRef[a] = ref;
      } else {
        this.up[~a] = value;
        this.upRef[~a] = ref;
      }
    }
  }

  /** The most that the terms can be at a value of the weight: its size and its use are as small as they can be. */
  valueAt({ gain, toll, paid }: WeightTerms, value: number): bigint {
    if (value === 0) return 0n;
    return gain * BigInt(value) - toll * BigInt(Math.abs(value)) - paid;
  }

  /** The most that the terms can be in the box; linear on both sides of 0. */
  most(a: number, terms: WeightTerms): bigint {
    const { low, up } = this;
    let most = this.valueAt(terms, low[a]);
    for (const v of [-1, 0, 1, up[a]]) {
      if (v < low[a] || v > up[a]) continue;
      const value = this.valueAt(terms, v);
      if (value > most) most = value;
    }
    return most;
  }

  /** What has to be added to `gain * w - toll * t - paid * u` so that no column of it is left, and no more than `most` of its constant. */
  closing(a: number, terms: WeightTerms): Part[] {
    const { gain, toll, paid } = terms;
    const weight = this.weights[a];
    const parts: Part[] = [];
    const isPositive = this.low[a] > 0;
    const isNegative = this.up[a] < 0;
    // The size is the weight, or its opposite, or in between, whichever leaves least.
    let slope: bigint;
    if (isPositive || (!isNegative && gain > toll)) slope = this.withSize(parts, weight, gain, toll, 0n);
    else if (isNegative || -gain > toll) slope = this.withSize(parts, weight, gain, 0n, toll);
    else
      slope =
        gain > 0n
          ? this.withSize(parts, weight, gain, gain, 0n)
          : this.withSize(parts, weight, gain, 0n, -gain);
    if (toll > 0n) {
      const spent = parts.reduce((sum, [, times]) => sum + times, 0n);
      if (spent < toll) parts.push([this.certificate.lower(weight.t), toll - spent]);
    }
    if (paid === 0n || isPositive || isNegative) {
      if (slope > 0n) parts.push([this.upRef[a], slope]);
      if (slope < 0n) parts.push([this.lowRef[a], -slope]);
      if (paid > 0n) parts.push([this.isUsed(a), paid]);
      return parts;
    }
    this.closeUse(a, slope, paid, parts);
    return parts;
  }

  /** `w <= up u` or `w >= low u` leaves a multiple of u, which is 0 or 1. */
  private closeUse(a: number, slope: bigint, paid: bigint, parts: Part[]): void {
    const { certificate } = this;
    const { u } = this.weights[a];
    const end = slope > 0n ? this.up[a] : this.low[a];
    let left = -paid; // times u
    if (slope !== 0n && end === 0) parts.push([slope > 0n ? this.upRef[a] : this.lowRef[a], abs(slope)]);
    else if (slope !== 0n) {
      parts.push([slope > 0n ? this.upByUse(a) : this.lowByUse(a), abs(slope)]);
      left += slope * BigInt(end);
    }
    if (left > 0n) parts.push([certificate.upper(u), left]);
    if (left < 0n) parts.push([certificate.lower(u), -left]);
  }

  /** Adds `plus` times t >= w and `minus` times t >= -w; what is left in front of w. */
  private withSize(
    parts: Part[],
    { normPlus, normMinus }: WeightColumns,
    gain: bigint,
    plus: bigint,
    minus: bigint,
  ): bigint {
    // Where the input does not move there is no size, and nothing to add.
    if (normPlus === undefined || normMinus === undefined) return gain;
    if (plus > 0n) parts.push([normPlus, plus]);
    if (minus > 0n) parts.push([normMinus, minus]);
    return gain - plus + minus;
  }

  /** `u >= 1`, where the box has no 0. */
  isUsed(a: number): Ref {
    const { certificate } = this;
    const { u, usedPlus, usedMinus, up, low } = this.weights[a];
    if (certificate.model.columns[u].lower === 1) return certificate.lower(u);
    const [bound, row, size] =
      this.low[a] > 0 ? [this.lowRef[a], usedPlus, up] : [this.upRef[a], usedMinus, -low];
    return this.once(bound, () =>
      certificate.sum(
        [
          [bound, 1n],
          [row as Ref, 1n],
        ],
        BigInt(size),
      ),
    );
  }

  /** `w <= up u`, up that of the box, above 0. */
  private upByUse(a: number): Ref {
    const { w, u, usedPlus, up } = this.weights[a];
    if (this.up[a] === up) return usedPlus as Ref;
    return this.byUse(
      u,
      usedPlus as Ref,
      this.upRef[a],
      { columns: [w, u], values: [-1n, BigInt(this.up[a])] },
      up - this.up[a],
    );
  }

  /** `w >= low u`, low that of the box, below 0. */
  private lowByUse(a: number): Ref {
    const { w, u, usedMinus, low } = this.weights[a];
    if (this.low[a] === low) return usedMinus as Ref;
    return this.byUse(
      u,
      usedMinus as Ref,
      this.lowRef[a],
      { columns: [w, u], values: [1n, BigInt(-this.low[a])] },
      this.low[a] - low,
    );
  }

  private byUse(
    u: number,
    row: Ref,
    bound: Ref,
    { columns, values }: { columns: number[]; values: bigint[] },
    narrower: number,
  ): Ref {
    const { certificate } = this;
    return this.once(bound, () => {
      const unused = certificate.assume(u, '<=', 0);
      const first = certificate.sum([
        [row, 1n],
        [unused, BigInt(narrower)],
      ]);
      const used = certificate.assume(u, '>=', 1);
      const second = certificate.sum([
        [bound, 1n],
        [used, values[1]],
      ]);
      return certificate.join(first, unused, second, used, { columns, values, rhs: 0n, isUpper: false });
    });
  }

  /** A constraint that follows from a bound is there as long as that. */
  private once(bound: Ref, derive: () => Ref): Ref {
    let found = this.used.get(bound);
    if (found === undefined) {
      found = derive();
      this.used.set(bound, found);
    }
    return found;
  }
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
