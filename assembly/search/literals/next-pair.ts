import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { kept, keptCount, label } from '../../problem/shape';
import { contradict, isOut } from './at-hand';
import { minusRow, plusRow } from './robust-pairs';
import { CertificateTree, NextPair, RobustPairs } from './state';

/**
 * The pair of rows to branch on next: the closest of the listed ones that no neuron tells apart yet. Where not all pairs are listed the others come after
 * them, found one by one: a node that tells all listed ones apart goes on. (To choose, of the first four or eight, the pair whose best child is worth least
 * lost: nodes are better, and a fifth as many; at equal work the bound is the same, or 1 % worse.)
 */
/** Rows up to which unlisted pairs are looked for. */
const MOST_ROWS = 4096;

/** Finds it for the literals at hand, in `NextPair`; false where all pairs contradict each other, or none was found. */
export function findPair(): bool {
  for (let p = 0; p < RobustPairs.count; p++) {
    if (isSettled(plusRow(p), minusRow(p))) continue;
    spend(<f64>p);
    return take(plusRow(p), minusRow(p));
  }
  return !RobustPairs.all && isCovered() && findOther();
}

/** Whether all pairs are looked at, listed or not. */
export function isCovered(): bool {
  return RobustPairs.all || keptCount <= MOST_ROWS;
}

function isSettled(k: i32, l: i32): bool {
  return isOut(k) || isOut(l) || contradict(k, l);
}

/** The first pair that is not listed. */
function findOther(): bool {
  for (let k = 0; k < keptCount; k++) {
    if (label(kept(k)) < 0 || isOut(k)) continue;
    breathe();
    spend(<f64>(keptCount * CertificateTree.n1) / 4);
    for (let l = 0; l < keptCount; l++) {
      if (label(kept(l)) < 0 && !isSettled(k, l)) return take(k, l);
    }
  }
  return false;
}

function take(k: i32, l: i32): bool {
  NextPair.plus = k;
  NextPair.minus = l;
  return true;
}
