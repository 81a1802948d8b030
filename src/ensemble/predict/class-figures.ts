import type { ClassFigures, Roc } from '../types.js';

/*
 * What a confusion matrix and scores say class by class. Samples whose label is no class of the model have no row in the matrix and
 * are in none of these figures; no label is no right answer.
 */

/** Recall, precision and F1 of every class; `null` where there is nothing to divide by. */
export function classFigures(
  confusion: readonly (readonly number[])[],
  labels: readonly string[],
  auc: readonly (number | null)[] | undefined,
): ClassFigures[] {
  return labels.map((label, c) => {
    const right = confusion[c][c];
    const images = confusion[c].reduce((sum, count) => sum + count, 0);
    const answered = confusion.reduce((sum, row) => sum + row[c], 0);
    return {
      label,
      images,
      precision: answered === 0 ? null : right / answered,
      recall: images === 0 ? null : right / images,
      f1: images + answered === 0 ? null : (2 * right) / (images + answered),
      ...(auc === undefined ? {} : { auc: auc[c] }),
    };
  });
}

/** The mean of what is known; `null`: nothing is. */
export function meanOf(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value): value is number => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Samples of one class against the rest by one score, larger for the class. */
interface Ranked {
  readonly scores: ArrayLike<number>;
  /** 1: of the class. */
  readonly is: ArrayLike<number>;
}

/** A step of the curve: how many there are so far, of the class and of the rest, down to this score. */
interface Step {
  readonly score: number;
  readonly hits: number;
  readonly alarms: number;
}

/** From the highest score down; samples of equal scores are one step. */
function stepsOf({ scores, is }: Ranked): Step[] {
  const order = Array.from({ length: scores.length }, (_, sample) => sample);
  order.sort((a, b) => scores[b] - scores[a]);
  const steps: Step[] = [];
  let [hits, alarms] = [0, 0];
  for (const [at, sample] of order.entries()) {
    if (is[sample] === 1) hits++;
    else alarms++;
    if (at + 1 < order.length && scores[order[at + 1]] === scores[sample]) continue;
    steps.push({ score: scores[sample], hits, alarms });
  }
  return steps;
}

/** The share of pairs, one of the class and one of the rest, that the score puts in order, ties by halves; `null` without any. */
export function areaUnder(ranked: Ranked): number | null {
  const steps = stepsOf(ranked);
  const { hits: all, alarms: others } = steps.at(-1) ?? { hits: 0, alarms: 0 };
  if (all === 0 || others === 0) return null;
  // Twice the count of ordered pairs: whole, and exact up to 2^53.
  let twice = 0;
  let before = { hits: 0, alarms: 0 };
  for (const step of steps) {
    twice += (step.alarms - before.alarms) * (step.hits + before.hits);
    before = step;
  }
  return twice / (2 * all * others);
}

/** Corners of a curve beyond these are thinned out: nobody sees more. */
const MOST_POINTS = 400;

/** The curve by its corners, from (0, 0) to (1, 1); `null` where there is none. */
export function rocOf(positive: string, ranked: Ranked): Roc | null {
  const steps = stepsOf(ranked);
  const { hits: all, alarms: others } = steps.at(-1) ?? { hits: 0, alarms: 0 };
  if (all === 0 || others === 0) return null;
  const corners = steps.filter(({ hits, alarms }, at) => {
    const [before, after] = [steps[at - 1] ?? { hits: 0, alarms: 0 }, steps[at + 1]];
    if (after === undefined) return true;
    return (hits - before.hits) * (after.alarms - alarms) !== (after.hits - hits) * (alarms - before.alarms);
  });
  const stride = Math.ceil(corners.length / MOST_POINTS);
  const shown = corners.filter((_, at) => at % stride === 0 || at === corners.length - 1);
  return {
    positive,
    points: [
      { threshold: null, falsePositiveRate: 0, truePositiveRate: 0 },
      ...shown.map(({ score, hits, alarms }) => ({
        threshold: score,
        falsePositiveRate: alarms / others,
        truePositiveRate: hits / all,
      })),
    ],
  };
}
