import { MOST_LOGIT, type PlattCalibration, toBillionths } from '../model/calibration.js';
import type { ScoreCount } from './isotonic.js';

/*
 * Platt's probabilities (1999), in the numerically careful form of Lin, Lin and Weng (2007): a logistic curve over the score, fitted by
 * Newton's method with the step halved until the loss falls. Rows aim not at 0 and 1 but at (n + 1) / (n + 2) and 1 / (n + 2), so that classes that
 * a score tells apart have a finite slope. Sums run in the order of scores, and what is kept has nine decimals, far fewer than the
 * method finds: the same rows give the same numbers.
 */

const MOST_STEPS = 100;
const LEAST_SHARE = 2 ** -40;
const SMALL = 1e-13;

interface Aim {
  readonly x: number;
  readonly rows: number;
  /** Sum of what the rows aim at. */
  readonly aim: number;
}

/** @param counts ascending by score, at least one */
export function fitPlatt(
  counts: readonly ScoreCount[],
): Pick<PlattCalibration, 'rows' | 'scale' | 'slope' | 'intercept'> {
  const rows = counts.reduce((sum, count) => sum + count.rows, 0);
  const first = counts.reduce((sum, count) => sum + count.first, 0);
  const scale = counts.reduce((most, { score }) => Math.max(most, Math.abs(score)), 1);
  const high = (first + 1) / (first + 2);
  const low = 1 / (rows - first + 2);
  const aims = counts.map((count) => ({
    x: count.score / scale,
    rows: count.rows,
    aim: count.first * high + (count.rows - count.first) * low,
  }));
  const share = aims.reduce((sum, { aim }) => sum + aim, 0) / rows;
  const level = Math.log(share / (1 - share));
  const [slope, intercept] = counts.length === 1 ? [0, level] : newton(aims, level);
  // A falling curve would say the contrary of the labels: then scores say nothing, and every row has the share of the class.
  const kept = slope > 0 ? [slope, intercept] : [0, level];
  const [a, b] = kept.map((value) => toBillionths(Math.min(MOST_LOGIT, Math.max(-MOST_LOGIT, value))));
  return { rows, scale, slope: a, intercept: b };
}

/** Slope and intercept of the least loss. */
function newton(aims: readonly Aim[], level: number): [number, number] {
  let [a, b] = [0, level];
  let loss = lossOf(aims, a, b);
  for (let step = 0; step < MOST_STEPS; step++) {
    let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
    for (const { x, rows, aim } of aims) {
      const p = 1 / (1 + Math.exp(-(a * x + b)));
      const off = rows * p - aim;
      const bend = rows * p * (1 - p);
      ga += off * x;
      gb += off;
      haa += bend * x * x;
      hab += bend * x;
      hbb += bend;
    }
    // At least two scores, so the loss is strictly convex; a determinant that rounding has lost ends the search.
    const determinant = haa * hbb - hab * hab;
    if (!(determinant > 0)) break;
    const da = (hab * gb - hbb * ga) / determinant;
    const db = (hab * ga - haa * gb) / determinant;
    let share = 1;
    let next = lossOf(aims, a + da, b + db);
    while (!(next <= loss) && share > LEAST_SHARE) {
      share /= 2;
      next = lossOf(aims, a + share * da, b + share * db);
    }
    if (!(next <= loss)) break;
    a += share * da;
    b += share * db;
    loss = next;
    if (Math.abs(da) <= SMALL * (1 + Math.abs(a)) && Math.abs(db) <= SMALL * (1 + Math.abs(b))) break;
  }
  return [a, b];
}

/** Minus the logarithm of the likelihood: `log(1 + e^z) - aim * z` for each row. */
function lossOf(aims: readonly Aim[], a: number, b: number): number {
  let sum = 0;
  for (const { x, rows, aim } of aims) {
    const z = a * x + b;
    sum += rows * (Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))) - aim * z;
  }
  return sum;
}
