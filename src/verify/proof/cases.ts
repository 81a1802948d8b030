import type { StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags } from '../evaluate.js';
import type { StageStart } from '../starts.js';
import type { Fields } from './parse.js';
import type { Records } from './records.js';
import { reject } from './types.js';

/*
 * A block by cases (docs/proof.md): boxes of weights such that every network that keeps to the groups of columns is in one of them, each with an
 * argument of its own about all networks in it. The stack holds the boxes that nothing is shown of yet.
 */

type Ranges = readonly (readonly [number, number])[];

/** Verifies the argument of one box, line by line; `true`: it has come to its end. */
export type CaseVerifier = (line: string) => boolean;

/** Boxes of a block at most. */
const MOST_CASES = 100_000;

export class CaseReplay implements Records {
  private readonly waiting: Ranges[] = [];
  private readonly active: readonly boolean[];
  private inside: CaseVerifier | undefined;
  private cases = 0;

  /** @param begin starts to verify the argument about the problem of a box */
  constructor(
    private readonly problem: TrainingProblem,
    readonly stage: StageName,
    readonly start: StageStart,
    private readonly begin: (problem: TrainingProblem) => CaseVerifier,
  ) {
    const { ranges, layers, weightBound } = problem;
    this.active = activeFlags(problem);
    this.waiting.push(
      ranges ?? Array.from({ length: layers[0] }, () => [-weightBound, weightBound] as const),
    );
  }

  get done(): boolean {
    return this.waiting.length === 0 && this.inside === undefined;
  }

  /** Whether the lines that come are those of a box. */
  get isInside(): boolean {
    return this.inside !== undefined;
  }

  /** A line of a box, as it stands. */
  line(text: string): void {
    if (this.inside?.(text) === true) this.inside = undefined;
  }

  record(letter: string, fields: Fields): void {
    const box = this.waiting.pop() ?? reject('a record where no box is open');
    if (++this.cases > MOST_CASES) reject(`more than ${MOST_CASES} boxes`);
    if (letter === 'case') {
      fields.end();
      if (this.isNothingIn(box)) reject('an argument about a box that is empty');
      const { exclusive: _, together: __, ...plain } = this.problem;
      this.inside = this.begin({ ...plain, ranges: box });
    } else if (letter === 'x') {
      fields.end();
      if (!this.isNothingIn(box)) reject('x of a box that is not empty');
    } else if (letter === 'e') {
      const group = this.groupOf('exclusive', fields);
      fields.end();
      this.push(
        group.map((_, c) =>
          without(
            box,
            group.flatMap((inputs, other) => (other === c ? [] : inputs)),
          ),
        ),
      );
    } else if (letter === 'o') {
      const group = this.groupOf('together', fields);
      const column = group[fields.natural()] ?? reject('there is no such column');
      fields.end();
      const children = [without(box, group.flat())];
      for (const [n, i] of column.entries()) {
        const later = without(box, column.slice(0, n));
        const [low, high] = later[i];
        children.push(later.with(i, [low, Math.min(-1, high)]), later.with(i, [Math.max(1, low), high]));
      }
      this.push(children);
    } else reject(`'${letter.slice(0, 20)}' is no record of cases`);
  }

  private groupOf(name: 'exclusive' | 'together', fields: Fields): readonly (readonly number[])[] {
    return this.problem[name]?.[fields.natural()] ?? reject(`there is no such group (${name})`);
  }

  /** The first child is the next to be spoken of. */
  private push(children: readonly Ranges[]): void {
    this.waiting.push(...children.toReversed());
  }

  private isNothingIn(box: Ranges): boolean {
    const { free = [], maxNonzero } = this.problem;
    let forced = 0;
    for (const [i, [low, high]] of box.entries()) {
      if (low > high) return true;
      if (low <= 0 && high >= 0) continue;
      if (!this.active[i]) return true;
      if (!free.includes(i)) forced++;
    }
    return maxNonzero !== undefined && forced > maxNonzero;
  }
}

function without(box: Ranges, inputs: readonly number[]): Ranges {
  const next = box.slice();
  for (const i of inputs) next[i] = [Math.max(0, box[i][0]), Math.min(0, box[i][1])];
  return next;
}
