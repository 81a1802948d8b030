import { type InputPart, SumRange } from '../../certify/index.js';
import { type ColumnReading, inputsWithin, radiiOfColumns, widthOfColumn } from '../../data/column-moves.js';
import { InputError } from '../../errors.js';
import type { Network } from '../../network/types.js';
import { checkPerturbations, movesColumns } from '../../perturb/index.js';
import { type EnsembleModel, valuesOfSample } from '../model/model.js';
import type { Perturbations, VoteRule } from '../types.js';
import { marginHolds } from '../vote/margin.js';
import { isSafe } from '../vote/worst-case.js';

/** Radii are looked for in hundredths of those that are asked about, up to so many times these. */
const PARTS = 100;
const MOST_TIMES = 100;

/**
 * How far a label provably holds when the columns of a table are off, each by so much of its own units: from values to the inputs that their
 * columns can become (column-moves.ts), to intervals of sums, which are exact as columns move one by one, to the vote.
 */
export class ColumnCertifier {
  private readonly sums: SumRange;

  /** @param radii of the source columns, in their units */
  constructor(
    private readonly reading: ColumnReading,
    private readonly networks: readonly (Network | null)[],
    private readonly classCount: number,
    private readonly radii: Float64Array,
  ) {
    this.sums = new SumRange(networks);
  }

  /**
   * The largest multiple of the radii at which `label` provably wins, in hundredths and at most 100; 0 where there is none.
   *
   * @param values of the source columns, as the reading takes them @param label wins on them
   */
  radius(values: ArrayLike<number>, offset: number, label: number, rule: VoteRule): number {
    const all = MOST_TIMES * PARTS;
    let [low, high] = [0, all + 1];
    // Steps that double first: a large box costs most.
    for (let at = 1; high - low > 1; ) {
      if (this.holds(values, offset, label, rule, at / PARTS)) low = at;
      else high = at;
      at = high > all ? Math.min(all, 2 * low) : low + ((high - low) >> 1);
    }
    return low / PARTS;
  }

  /** Whether it provably wins wherever the columns are off by so many times the radii. */
  holds(values: ArrayLike<number>, offset: number, label: number, rule: VoteRule, times = 1): boolean {
    this.read(values, offset, times);
    const { sums, classCount } = this;
    if (rule === 'margin') return marginHolds(sums, this.hasNetwork, classCount, label);
    const isOpen = (pair: number): boolean => sums.answers[pair] === 0 && this.hasNetwork(pair);
    return isSafe(sums.answers, isOpen, classCount, label);
  }

  /** The answers that every network gives wherever the columns are; 0: it does not give one answer. Valid until the next call. */
  answers(values: ArrayLike<number>, offset: number): Int8Array {
    this.read(values, offset, 1);
    return this.sums.answers;
  }

  private read(values: ArrayLike<number>, offset: number, times: number): void {
    const parts: InputPart[] = [];
    let from = 0;
    for (let c = 0; c < this.radii.length; c++) {
      const width = widthOfColumn(this.reading, c);
      if (width === 0) continue;
      parts.push({ from, lists: inputsWithin(this.reading, c, values[offset + c], times * this.radii[c]) });
      from += width;
    }
    this.sums.readParts(parts);
  }

  private readonly hasNetwork = (pair: number): boolean => this.networks[pair] !== null;
}

/** The certifiers of a model, by the radii that somebody asks about; the last one is kept. */
export class ColumnCertifiers {
  private asked: Perturbations | undefined;
  private made: ColumnCertifier | undefined;

  constructor(private readonly model: EnsembleModel) {}

  /** Throws `InputError` for a model of images, for a column that it has not, and where no radii in units of columns are asked about. */
  of(asked: Perturbations): ColumnCertifier {
    if (this.made !== undefined && this.asked === asked) return this.made;
    const { image, deviations, encoding, pairs, classes } = this.model;
    const set = checkPerturbations(asked, image !== undefined);
    if (!movesColumns(set))
      throw new InputError(
        'perturb: expected radii in units of columns, as in linf=0.1sd or linf:age=2 (sd, columns)',
      );
    const count = valuesOfSample(this.model);
    const names = this.model.columns ?? Array.from({ length: count }, (_, c) => String(c));
    if (set.sd !== undefined && deviations === undefined) {
      throw new InputError(
        'perturb.sd: the model knows no standard deviations of its columns; train it again',
      );
    }
    const radii = radiiOfColumns(set, names, deviations ?? new Array<number>(count).fill(0), encoding);
    const networks = pairs.map(({ network }) => network);
    this.made = new ColumnCertifier(this.model, networks, classes.length, radii);
    this.asked = asked;
    return this.made;
  }
}
