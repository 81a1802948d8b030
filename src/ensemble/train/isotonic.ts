import type { IsotonicStep } from '../model/calibration.js';

/** Held-out rows of one score. */
export interface ScoreCount {
  /** A whole number. */
  readonly score: number;
  readonly rows: number;
  /** Of these of the first class. */
  readonly first: number;
}

/** Rows counted by their scores, ascending. */
export function countScores(scores: ArrayLike<number>, isFirst: ArrayLike<boolean>): ScoreCount[] {
  const counts = new Map<number, { rows: number; first: number }>();
  for (let row = 0; row < scores.length; row++) {
    // 0 and -0 are one score.
    const score = scores[row] + 0;
    const count = counts.get(score) ?? { rows: 0, first: 0 };
    count.rows++;
    if (isFirst[row]) count.first++;
    counts.set(score, count);
  }
  return [...counts].map(([score, count]) => ({ score, ...count })).sort((a, b) => a.score - b.score);
}

interface Block {
  readonly low: number;
  readonly high: number;
  readonly first: number;
  readonly rows: number;
}

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al., 1955): of all probabilities that never fall with the score those under
 * which the classes of the rows are the most likely. Shares are compared as products of whole numbers, so nothing is rounded; neighbours
 * of equal shares are one step. A step begins midway between the scores that it divides, halves upwards.
 *
 * @param counts ascending by score, at least one
 */
export function fitIsotonic(counts: readonly ScoreCount[]): IsotonicStep[] {
  const blocks: Block[] = [];
  for (const { score, first, rows } of counts) {
    let block: Block = { low: score, high: score, first, rows };
    for (let last = blocks.at(-1); last !== undefined && isNoLess(last, block); last = blocks.at(-1)) {
      blocks.pop();
      block = {
        low: last.low,
        high: score,
        first: last.first + block.first,
        rows: last.rows + block.rows,
      };
    }
    blocks.push(block);
  }
  return blocks.map(({ low, first, rows }, k) => ({
    from: k === 0 ? null : Math.ceil((blocks[k - 1].high + low) / 2) + 0,
    first,
    rows,
  }));
}

/** Whether the share of `a` is at least that of `b`. At most 10^7 rows each: the products are exact. */
function isNoLess(a: Block, b: Block): boolean {
  return a.first * b.rows >= b.first * a.rows;
}
