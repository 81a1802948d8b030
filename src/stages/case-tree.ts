import type { ColumnGroup } from '../problem/combinations.js';
import type { TrainingProblem } from '../problem/types.js';

export type Ranges = readonly (readonly [number, number])[];

export interface CaseContext {
  readonly problem: TrainingProblem;
  readonly active: ReadonlySet<number>;
}

interface Shown {
  /** Whole units; `null`: there is no network. */
  readonly claim: number | null;
  readonly text: string;
}

/** A box of weights in the tree over cases (cases.ts), and what its proof says (docs/proof.md, "Cases"). */
export class Case {
  /** Nothing is in the box. */
  readonly isEmpty: boolean;
  private isDone = false;
  private children: readonly Case[] | undefined;
  private record = '';
  private block: Shown | undefined;

  /** @param bound no network in it is worth more; in whole units, larger is better */
  constructor(
    readonly ranges: Ranges,
    public bound: number,
    private readonly context: CaseContext,
    readonly depth = 0,
  ) {
    const { problem, active } = context;
    const isForced = ([low, high]: readonly [number, number]): boolean => low > 0 || high < 0;
    const { free = [], maxNonzero = Number.POSITIVE_INFINITY } = problem;
    const forced = ranges.filter((range, i) => isForced(range) && !free.includes(i)).length;
    this.isEmpty =
      forced > maxNonzero ||
      ranges.some(([low, high], i) => low > high || (!active.has(i) && isForced([low, high])));
    if (this.isEmpty) this.bound = Number.NEGATIVE_INFINITY;
  }

  get isLookedAt(): boolean {
    return this.isDone;
  }

  /** @param proof the file that solving the box has written; its one block, if it has any, is kept */
  solved(proof: string): void {
    this.isDone = true;
    const at = proof.indexOf('\nclaim ');
    if (at < 0) return;
    const text = proof.slice(at + 1);
    const claim = text.slice('claim '.length, text.indexOf('\n'));
    this.block = { claim: claim === 'none' ? null : Number(claim), text: `case\n${text}` };
  }

  /**
   * Boxes that share what is allowed of this one: by a group that these weights break, without any by the first that is not decided. None: all are
   * decided.
   */
  split(weights: readonly number[] | undefined): readonly Case[] {
    const { exclusive = [], together = [] } = this.context.problem;
    const isUsed = (inputs: readonly number[]): boolean =>
      weights === undefined ? !this.isShut(inputs) : inputs.some((i) => weights[i] !== 0);
    for (const [g, group] of exclusive.entries()) {
      if (group.filter(isUsed).length > 1) return this.alone(g, group);
    }
    for (const [g, group] of together.entries()) {
      const isBroken =
        weights === undefined
          ? group.some((inputs) => !this.isShut(inputs))
          : group.some(isUsed) && !group.every(isUsed);
      if (!isBroken) continue;
      const c = group.findIndex((inputs) =>
        weights === undefined ? !this.isForced(inputs) : !isUsed(inputs),
      );
      if (c >= 0) return this.missing(g, group, c);
    }
    return [];
  }

  private isShut(inputs: readonly number[]): boolean {
    return inputs.every((i) => this.ranges[i][0] === 0 && this.ranges[i][1] === 0);
  }

  private isForced(inputs: readonly number[]): boolean {
    return inputs.some((i) => this.ranges[i][0] > 0 || this.ranges[i][1] < 0);
  }

  /** One column of the group at most: a child each. */
  private alone(g: number, group: ColumnGroup): readonly Case[] {
    return this.into(
      `e ${g}\n`,
      group.map((own) =>
        shut(
          this.ranges,
          group.flatMap((inputs) => (inputs === own ? [] : inputs)),
        ),
      ),
    );
  }

  /** No column of the group; or this one, too, by the first weight of it that is not 0: below, above. */
  private missing(g: number, group: ColumnGroup, c: number): readonly Case[] {
    const boxes = [shut(this.ranges, group.flat())];
    let before = this.ranges;
    for (const i of group[c]) {
      const [low, high] = before[i];
      boxes.push(before.with(i, [low, Math.min(high, -1)]), before.with(i, [Math.max(low, 1), high]));
      before = shut(before, [i]);
    }
    return this.into(`o ${g} ${c}\n`, boxes);
  }

  private into(record: string, boxes: readonly Ranges[]): readonly Case[] {
    this.record = record;
    this.children = boxes.map((ranges) => new Case(ranges, this.bound, this.context, this.depth + 1));
    return this.children;
  }

  /** The most that a network in it can be worth, `best` being what the best known one is worth. */
  worst(best: number): number {
    if (this.children === undefined || this.bound <= best) return this.bound;
    return this.children.reduce((most, child) => Math.max(most, child.worst(best)), Number.NEGATIVE_INFINITY);
  }

  /** `undefined`: some box has no proof. */
  proof(sense: 1 | -1): Shown | undefined {
    if (this.isEmpty) return { claim: null, text: 'x\n' };
    const parts = this.children?.map((child) => child.proof(sense));
    if (parts === undefined || parts.some((part) => part === undefined)) return this.block;
    const shown = parts as readonly Shown[];
    const claim = shown.reduce<number | null>((worst, part) => {
      if (worst === null || part.claim === null) return worst ?? part.claim;
      return sense * (part.claim - worst) > 0 ? part.claim : worst;
    }, null);
    const own = this.block?.claim ?? null;
    // What the box itself shows is as much, in fewer lines.
    if (this.block !== undefined && (own === null || (claim !== null && sense * (own - claim) <= 0)))
      return this.block;
    return { claim, text: this.record + shown.map(({ text }) => text).join('') };
  }
}

/** The box with the weights on these inputs 0; empty where one cannot be. */
function shut(ranges: Ranges, inputs: readonly number[]): Ranges {
  const shutIn = new Set(inputs);
  return ranges.map(([low, high], i) =>
    shutIn.has(i) ? ([Math.max(low, 0), Math.min(high, 0)] as const) : ([low, high] as const),
  );
}
