import { isUnsparing, Limits } from '../../problem/limits';
import { isCounted } from '../../problem/boxes';
import { inputs, keptCount } from '../../problem/shape';
import { spend } from '../../base/clock';
import { Few } from '../../neuron/state';
import { measureLacks, penaltyNow } from '../../neuron/soft-neuron';
import { boxHigh, boxLow } from '../../relax/exact/safe-bound';
import { softBound } from '../../relax/exact/soft-bound';
import { LastSoft } from '../../relax/exact/state';
import { boundOfFit, fitBox } from './box-fit';
import { allSides, bestWanted, boxWeights, wanted } from './state';

/**
 * The relaxation of one neuron's soft loss of which at most k weights may be other than 0. The convex hull of such weights in their boxes has
 * `sum_i |w_i| / end_i <= k`, with `end` the end of the box on the weight's side: the least loss over that is what multipliers can show at best, since
 * the bound's sum of the k largest gains is the hull's support function. Lagrange: every weight pays `price / end` a unit, and the price stands between the k-th
 * largest gain of the dual and the next; it is moved there, half the way a turn. Every turn has a bound; the best one's multipliers stand in the end.
 */
const EXACT: f64 = 1e-5;

/** Whether the stage at hand has such a limit. */
export function isFew(): bool {
  return !isUnsparing();
}

/** Turns of the relaxation at the node at hand, with its bound; they end at a loss of `least`. */
export function boundFew(turns: i32, rounds: i32, least: i64): i64 {
  let best: i64 = -1;
  let last: i64 = -1;
  for (let turn = 0; turn < turns; turn++) {
    fitBox(boxWeights, rounds);
    last = boundOfFit(allSides, boxWeights);
    if (last > best) {
      best = last;
      memory.copy(bestWanted, wanted, <usize>keptCount << 3);
    }
    if (last >= least) return last;
    const loss = <f64>penaltyNow();
    if (shares() <= <f64>LastSoft.room + 1e-3 && loss - <f64>last <= EXACT * loss) return last;
    const wantedPrice = <f64>(LastSoft.least + LastSoft.next) / 2 / <f64>LastSoft.scale;
    Few.price = Few.price == 0 ? wantedPrice : (Few.price + wantedPrice) / 2;
  }
  if (best <= last) return last;
  memory.copy(wanted, bestWanted, <usize>keptCount << 3);
  return softBound(wanted, allSides);
}

/** How many weights stand at their ends, in sum. */
function shares(): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < inputs; i++) sum += shareOf(i);
  spend(<f64>inputs);
  return sum;
}

/** How far a weight that may be 0 is from there, as a share of its box; 0: the limit is not about it. */
export function shareOf(i: i32): f64 {
  const w = load<f64>(boxWeights + (<usize>i << 3));
  const low = boxLow(i);
  const high = boxHigh(i);
  if (w == 0 || !isCounted(i) || low > 0 || high < 0) return 0;
  return w > 0 ? w / <f64>high : w / <f64>low;
}

/** No weight has a price: what is fitted is not under the limit. */
export function forgetPrice(): void {
  Few.price = 0;
}

/** The limit itself, for the one neuron. */
export function budgetOfOne(): i32 {
  return isUnsparing() ? i32.MAX_VALUE : Limits.nonzeros;
}
