import { isCounted, mostOf, radiusOf } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { inputs, keptCount } from '../../problem/shape';
import { mostLoss } from '../../record/state';
import { boxHigh, boxLow, directionAt, floorDivide } from '../../relax/exact/safe-bound';
import { softBound, sortRising } from '../../relax/exact/soft-bound';
import { LastSoft } from '../../relax/exact/state';
import { boundOfFit, fitBox, isTight } from './box-fit';
import { lossWithoutWeights, openRoot } from './soft-root';
import { allSides, boxWeights, gains, SoftCount, wanted } from './state';

/**
 * MW of one neuron under soft margins: how many weights a limit of the loss asks for, counted from multipliers a of MM's bound. With
 * `c_i = sum_k a_k side_k x_ki` and A their sum every vector of weights that loses no more than L has
 *
 *     sum_i (c_i w_i - r_i A |w_i|)  >=  sum_k a_k T_k - (sum_k a_k^2) / 4 - L
 *
 * and k weights other than 0 add at most the k largest of what each can: so as many are there as the smallest, left out together, cost no more
 * than the difference of L and the bound of all. For multipliers t a in place of a the right side is largest at t^2 = L / (sum_k (a_k / 2)^2), and
 * where the a are those of the box relaxation that sum is its loss. A perspective relaxation would choose a for the count itself.
 */
const ROUNDS = 5;
const TURNS = 12;
const MOST: i64 = 1 << 60;

/** Begins at the weights f64 [NP]. */
export function beginSoftCount(start: usize): void {
  openRoot(start);
  SoftCount.turn = 0;
}

/** A turn of the relaxation and its counts; false once more of them gain nothing. `SoftCount.least` is the count so far. */
export function stepSoftCount(enough: i32): bool {
  if (SoftCount.turn == 0) SoftCount.least = 0;
  if (lossWithoutWeights() <= mostLoss || SoftCount.turn == TURNS) return false;
  SoftCount.turn++;
  const still = fitBox(boxWeights, ROUNDS);
  const bound = boundOfFit(allSides, boxWeights);
  SoftCount.least = max(SoftCount.least, countOfBound());
  if (SoftCount.least >= enough) return false;
  stretch();
  softBound(wanted, allSides);
  SoftCount.least = max(SoftCount.least, countOfBound());
  return SoftCount.least < enough && !still && !isTight(bound);
}

/** The multipliers of the last bound times t. */
function stretch(): void {
  let squares: f64 = 0;
  for (let k = 0; k < keptCount; k++) {
    const a = load<f64>(wanted + (<usize>k << 3)) / 2;
    squares += a * a;
  }
  if (squares <= 0) return;
  const t = Math.sqrt(<f64>mostLoss / squares);
  for (let k = 0; k < keptCount; k++) {
    const at = wanted + (<usize>k << 3);
    store<f64>(at, t * load<f64>(at));
  }
}

/** What the last bound says of the count. */
function countOfBound(): i32 {
  const scale = LastSoft.scale;
  if (mostLoss >= MOST / (4 * scale * scale)) return 0;
  const slack = floorDivide(4 * scale * scale * mostLoss - LastSoft.value, 4 * scale);
  let forced = 0;
  let n = 0;
  for (let i = 0; i < inputs; i++) {
    const low = <i64>boxLow(i);
    const high = <i64>boxHigh(i);
    if (!isCounted(i)) continue;
    if (low > 0 || high < 0) {
      forced++;
      continue;
    }
    const gain = mostOf(directionAt(i), low, high, <i64>radiusOf(i) * LastSoft.total);
    if (gain > 0) store<i64>(gains + (<usize>(n++) << 3), gain);
  }
  sortRising(gains, n);
  let left: i64 = slack;
  // Under a limit the bound takes no more than it leaves room for.
  let dropped = isUnsparing() ? 0 : max(0, n - max(0, Limits.nonzeros - forced));
  while (dropped < n && load<i64>(gains + (<usize>dropped << 3)) <= left) left -= load<i64>(gains + (<usize>(dropped++) << 3));
  return forced + n - dropped;
}
