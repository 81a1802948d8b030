import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { prepareSoft, primeMask, primeOfRow, primeSides } from '../../network/soft';
import { tollOrNone, weightAt, weightRow } from '../../network/weights';
import { inputs, inputsPadded, kept, keptCount, label, size } from '../../problem/shape';
import { incumbent, NO_VALUE, objective, setBoundGiven } from '../../record/incumbent';
import { addToSum, beginSum, boundOfSum, measureSoft } from '../../relax/exact/soft-bound';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { Given, tiedSides, tiedWeights, wanted } from './state';
import { beginTied, cell, endTied, isBare, PULL, row, setBare, shiftedLack, stepTied, takeSide, tieAnew } from './tied';

/**
 * Hidden layers, soft margins: what no network falls below whose rows rely on the literals that they rely on in the incumbent, and whose neurons have weights
 * where the incumbent's have some. (One without weights is + whatever comes: to look at each such choice takes a relaxation of its own.) The multipliers are those
 * of the tied fit (tied.ts), and the exact bound takes whatever comes of it.
 *
 * Letting every row be carried by its worst literal and blending the rounds' multipliers (fictitious play) lost: 35 % of the loss after
 * three rounds where this leaves 5. The multipliers that bound are those that the fits answer to: with those that the rows have come to since then
 * (they sum up to 2 t_k, but no weights are the best answer to them) nothing is left of the bound.
 */
/** A round that raises the bound by less than this part of it is idle; so many in a row end it. */
const LEAST_GAIN: i64 = 2000;
const IDLE_ROUNDS = 6;

/**
 * Reads what rows rely on; false where nothing is relied on. `warm`: `tiedWeights` and the multipliers go on where the search has left them, but for rows that
 * have chosen anew since then; otherwise they begin with the incumbent's weights.
 */
export function beginGiven(warm: bool): bool {
  if (objective == NO_VALUE) return false;
  const n1 = size(1);
  resetBoxes();
  measureSoft();
  prepareSoft(incumbent);
  if (!warm) takeIncumbent();
  let any = false;
  for (let k = 0; k < keptCount; k++) {
    breathe();
    spend(<f64>(n1 * inputsPadded) / 8);
    const y = label(kept(k));
    const p = primeOfRow(incumbent, kept(k));
    if (p < 0) return false;
    const mask = primeMask(y, p);
    const sides = primeSides(y, p);
    for (let j = 0; j < n1; j++) takeSide(j, k, (mask >>> j) & 1 ? ((sides >>> j) & 1 ? 1 : -1) : 0);
    if (mask != 0) any = true;
  }
  Given.best = 0;
  Given.idle = 0;
  Given.round = 0;
  if (!any) return false;
  for (let j = 0; j < n1; j++) {
    const bare = tollOrNone(weightRow(incumbent, 0, j)) < 0;
    setBare(j, bare);
    if (bare) memory.fill(row(tiedWeights, j), 0, <usize>inputsPadded << 3);
  }
  tieAnew(tiedWeights);
  return true;
}

function takeIncumbent(): void {
  beginTied();
  for (let j = 0; j < size(1); j++) {
    memory.fill(row(tiedWeights, j), 0, <usize>inputsPadded << 3);
    for (let i = 0; i < inputs; i++) store<f64>(row(tiedWeights, j) + (<usize>i << 3), <f64>weightAt(weightRow(incumbent, 0, j), i));
  }
}

/** Further rounds gain next to nothing. */
export function givenStands(): bool {
  return Given.idle >= IDLE_ROUNDS;
}

/** A slice of a round; true where it ends the round, with the bound of its multipliers. */
export function stepGiven(): bool {
  if (!stepTied(tiedWeights, 0)) return false;
  beginSum();
  for (let j = 0; j < size(1); j++) {
    readFit(j);
    addToSum(wanted, tiedSides + cell(j, 0), isBare(j));
  }
  const bound = boundOfSum();
  setBoundGiven(-bound);
  Given.idle = bound - Given.best > Given.best / LEAST_GAIN ? 0 : Given.idle + 1;
  Given.best = max(Given.best, bound);
  Given.round++;
  endTied();
  return true;
}

/** The multipliers that the fit of neuron `j` is the best answer to: what it lacks of its shifted targets. */
function readFit(j: i32): void {
  for (let k = 0; k < keptCount; k++) {
    let a: f64 = 0;
    if (load<i8>(tiedSides + cell(j, k)) != 0) a = PULL * max<f64>(0, shiftedLack(j, k));
    store<f64>(wanted + (<usize>k << 3), a);
  }
}
