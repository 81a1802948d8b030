import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { isCounted, leastWeight, mostWeight, radiusOf } from '../../problem/boxes';
import { inputs, kept, keptCount, sampleRow } from '../../problem/shape';
import { Dominance, MOST_RELATED, related, relatedCounts, rootHigh, rootLow } from './state';

/**
 * Dominance between the weights of a tree of Level B (dominated columns: Gamrath, Koch, Martin, Miltenberger, Weninger, "Progress in
 * presolving for mixed integer programming", 2015). With a_i = what input i gives to the rows, each with its side:
 *
 *     a_i >= a_j on every row     w_i >= w_j  may be asked: else the two change places, and no row gets less
 *     a_i >= -a_j on every row    w_i >= -w_j: else they change places, and both turn round
 *
 * for weights of one box, radius and freedom. Neither changes the non-zeros, sum |w| or what the boxes allow (turning: where they reach
 * as far to both sides), so there is a best solution of which all that holds at once: every exchange lifts the sum over all rows, or else (a_i = a_j, a_i = -a_j) the sum of the weights, or their order. What
 * reduced costs and cuts leave holds for all that beats the cut, so for that one too. The relations are transitive: one pass from
 * the weights that were branched on says everything. a_i >= -a_i, with itself, is a sign.
 *
 * With four rows a weight is below a dozen others and above as many, and a tree of 100,000 nodes has 2,000; with twenty dense rows
 * relations are few, and cost nothing.
 */
const ABOVE = 1; // w_i >= w_j
const ABOVE_TURNED = 2; // w_i >= -w_j
const BELOW = 4; // w_i <= w_j
const BELOW_TURNED = 8; // w_i <= -w_j
const RELATIONS = 4; // bits

/** A tree that ends within so many nodes is not worth the pairs. */
export const RELATE_AT = 40;

/** Finds the relations on the rows with a side, and narrows the root's boxes to the signs that they give. */
export function relateWeights(sides: usize): void {
  if (inputs > MOST_RELATED) return;
  memory.fill(relatedCounts, 0, <usize>inputs << 2);
  for (let i = 0; i < inputs; i++) {
    let looks = 0;
    for (let j = i; j < inputs; j++) {
      let relation = mayChange(i, j);
      for (let k = 0; k < keptCount && relation != 0; k++) {
        const side = <i32>load<i8>(sides + <usize>k);
        if (side == 0) continue;
        const row = sampleRow(kept(k));
        const a = side * <i32>load<i16>(row + (<usize>i << 1));
        const b = side * <i32>load<i16>(row + (<usize>j << 1));
        if (a < b) relation &= ~ABOVE;
        if (a > b) relation &= ~BELOW;
        if (a < -b) relation &= ~ABOVE_TURNED;
        if (a > -b) relation &= ~BELOW_TURNED;
        looks++;
      }
      if (relation != 0) relate(i, j, relation);
    }
    spend(<f64>looks);
    breathe();
  }
  Dominance.known = true;
}

/** The relations that weights `i` and `j` may be asked for: what their exchange changes but the rows. */
function mayChange(i: i32, j: i32): i32 {
  if (leastWeight(i) != leastWeight(j) || mostWeight(i) != mostWeight(j)) return 0;
  if (radiusOf(i) != radiusOf(j) || isCounted(i) != isCounted(j)) return 0;
  return ABOVE | BELOW | (leastWeight(i) == -mostWeight(i) ? ABOVE_TURNED | BELOW_TURNED : 0);
}

function relate(i: i32, j: i32, found: i32): void {
  let relation = found;
  // Equals are ordered by their place; of opposites one of the two is enough.
  if ((relation & ABOVE) != 0 && (relation & BELOW) != 0) relation &= ~BELOW;
  if ((relation & ABOVE_TURNED) != 0 && (relation & BELOW_TURNED) != 0) relation &= ~BELOW_TURNED;
  if (i == j) {
    const at = <usize>i << 1;
    if (relation & ABOVE_TURNED) store<i16>(rootLow + at, <i16>max(<i32>load<i16>(rootLow + at), 0));
    if (relation & BELOW_TURNED) store<i16>(rootHigh + at, <i16>min(<i32>load<i16>(rootHigh + at), 0));
    list(i, i, relation & (ABOVE_TURNED | BELOW_TURNED));
    return;
  }
  list(i, j, relation);
  const turned = relation & (ABOVE_TURNED | BELOW_TURNED);
  list(j, i, turned | (relation & ABOVE ? BELOW : 0) | (relation & BELOW ? ABOVE : 0));
}

function list(i: i32, j: i32, relation: i32): void {
  const count = relatedCounts + (<usize>i << 2);
  const n = load<i32>(count);
  store<u16>(related + ((<usize>i * <usize>inputs + <usize>n) << 1), <u16>((j << RELATIONS) | relation));
  store<i32>(count, n + 1);
}

/** Narrows boxes (i16 [NP] each) to what the box of weight `i` asks of the others; false where one becomes empty. */
export function narrowRelated(i: i32, low: usize, high: usize): bool {
  const least = <i32>load<i16>(low + (<usize>i << 1));
  const most = <i32>load<i16>(high + (<usize>i << 1));
  const line = related + ((<usize>i * <usize>inputs) << 1);
  const n = load<i32>(relatedCounts + (<usize>i << 2));
  for (let r = 0; r < n; r++) {
    const relation = <i32>load<u16>(line + (<usize>r << 1));
    const at = <usize>(relation >> RELATIONS) << 1;
    let l = <i32>load<i16>(low + at);
    let h = <i32>load<i16>(high + at);
    if (relation & BELOW) l = max(l, least);
    if (relation & ABOVE_TURNED) l = max(l, -most);
    if (relation & ABOVE) h = min(h, most);
    if (relation & BELOW_TURNED) h = min(h, -least);
    if (l > h) return false;
    store<i16>(low + at, <i16>l);
    store<i16>(high + at, <i16>h);
  }
  spend(<f64>n / 2);
  return true;
}

/**
 * Makes a row of weights (i16 [NP], in the problem's boxes) one that the relations allow, by exchanges: what the checked build's witness
 * becomes.
 */
export function exchangeWeights(row: usize): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 0; i < inputs; i++) {
      const n = load<i32>(relatedCounts + (<usize>i << 2));
      for (let r = 0; r < n; r++) {
        const relation = <i32>load<u16>(related + ((<usize>i * <usize>inputs + <usize>r) << 1));
        const j = relation >> RELATIONS;
        const a = <i32>load<i16>(row + (<usize>i << 1));
        const b = <i32>load<i16>(row + (<usize>j << 1));
        if (((relation & ABOVE) != 0 && a < b) || ((relation & BELOW) != 0 && a > b)) changed = exchange(row, i, j, b, a);
        else if (((relation & ABOVE_TURNED) != 0 && a < -b) || ((relation & BELOW_TURNED) != 0 && a > -b)) changed = exchange(row, i, j, -b, -a);
      }
    }
  }
}

function exchange(row: usize, i: i32, j: i32, first: i32, second: i32): bool {
  store<i16>(row + (<usize>i << 1), <i16>first);
  store<i16>(row + (<usize>j << 1), <i16>second);
  return true;
}
