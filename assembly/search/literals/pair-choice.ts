import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { kept, keptCount, label, layerCount } from '../../problem/shape';
import { stage, STAGE_MM } from '../../record/incumbent';
import { boundBySides } from './certificate-settle';
import { contradict, isOut, isUntouched, literal, literalsOf, mayKnow, setLiteral } from './at-hand';
import { minusRow, plusRow } from './robust-pairs';
import { CertificateTree, chosenBounds, PairChoice, RobustPairs, triedBounds } from './state';

/**
 * The pair of rows to branch on next: of those that no neuron tells apart yet, where the best child is worth least; among equals, where the children are
 * worth least together. (The first of the list, closest first, until November 2026: MM's bound on pairs of digits with families of 21 stood at four times the
 * margin. Closest says how far one neuron can tell two rows apart, and nothing of the rows that it has to tell apart already.) Where not
 * all pairs are listed the others come after them, found one by one: a node that tells all listed ones apart goes on.
 */
const LOOKED_AT = 8;
/** Rows up to which unlisted pairs are looked for. */
const MOST_ROWS = 4096;
export const NO_CHILD: i32 = i32.MIN_VALUE;

/**
 * Chooses for the literals at hand; false where all pairs contradict each other, or none was found. `bounds`: i32 [n1], what the neurons
 * are worth so far; `ceiling` bounds any; of children worth `floor` or less no more is asked than that. `PairChoice` has the rows, and `boundOfChild` what the children are worth.
 */
export function choosePair(bounds: usize, ceiling: i32, floor: i64): bool {
  PairChoice.plus = -1;
  PairChoice.ceiling = ceiling;
  PairChoice.floor = <i32>max<i64>(floor, -1);
  let left = stage == STAGE_MM && layerCount > 1 ? LOOKED_AT : 1;
  for (let p = 0; p < RobustPairs.count; p++) {
    if (isSettled(plusRow(p), minusRow(p))) continue;
    spend(<f64>p);
    lookAt(bounds, plusRow(p), minusRow(p));
    if (--left == 0 || isClosing()) return true;
  }
  if (RobustPairs.all || PairChoice.plus >= 0) return PairChoice.plus >= 0;
  return isCovered() && lookAtOthers(bounds, left);
}

/** Whether all pairs are looked at, listed or not. */
export function isCovered(): bool {
  return RobustPairs.all || keptCount <= MOST_ROWS;
}

/** What the child is worth in which `j` knows the + row on `side` and the - row on the other; `NO_CHILD`: there is none. */
export function boundOfChild(j: i32, side: i32): i32 {
  return load<i32>(at(chosenBounds, j, side));
}

// @ts-ignore: decorator
@inline
function at(table: usize, j: i32, side: i32): usize {
  return table + ((<usize>j * 2 + usize(side < 0)) << 2);
}

function isSettled(k: i32, l: i32): bool {
  return isOut(k) || isOut(l) || contradict(k, l);
}

/** No child of the chosen pair is worth more than the floor. */
function isClosing(): bool {
  return stage == STAGE_MM && PairChoice.most <= PairChoice.floor;
}

/** Pairs that are not listed: the first ones that nothing tells apart. */
function lookAtOthers(bounds: usize, looks: i32): bool {
  let left = looks;
  for (let k = 0; k < keptCount; k++) {
    if (label(kept(k)) < 0 || isOut(k)) continue;
    breathe();
    spend(<f64>(keptCount * CertificateTree.n1) / 4);
    for (let l = 0; l < keptCount; l++) {
      if (label(kept(l)) > 0 || isSettled(k, l)) continue;
      lookAt(bounds, k, l);
      if (--left == 0 || isClosing()) return true;
    }
  }
  return PairChoice.plus >= 0;
}

/** Takes the pair where it is better than the one that is chosen. Untouched neurons first, which are worth most: so a pair that is no better is soon known. */
function lookAt(bounds: usize, k: i32, l: i32): void {
  const n1 = CertificateTree.n1;
  const first = PairChoice.plus < 0;
  let most = NO_CHILD;
  let sum: f64 = 0;
  let fresh = firstUntouched();
  for (let turn = 0; turn < n1; turn++) {
    // The untouched one that stands for all of them, then the others.
    const j = fresh < 0 ? turn : turn == 0 ? fresh : turn <= fresh ? turn - 1 : turn;
    const skipped = j != fresh && isUntouched(j);
    for (let side = 1; side >= -1; side -= 2) {
      const value = skipped || (layerCount == 1 && side < 0) ? NO_CHILD : worth(load<i32>(bounds + (<usize>j << 2)), j, k, l, side);
      store<i32>(at(triedBounds, j, side), value);
      most = max(most, value);
      sum += <f64>max(value - PairChoice.floor, 0);
      if (!first && (most > PairChoice.most || (most == PairChoice.most && sum >= PairChoice.sum))) return;
    }
  }
  PairChoice.plus = k;
  PairChoice.minus = l;
  PairChoice.most = most;
  PairChoice.sum = sum;
  memory.copy(chosenBounds, triedBounds, <usize>n1 << 3);
}

function firstUntouched(): i32 {
  for (let j = 0; j < CertificateTree.n1; j++) if (isUntouched(j)) return j;
  return -1;
}

function worth(own: i32, j: i32, k: i32, l: i32, side: i32): i32 {
  if (!mayKnow(j, k, side) || !mayKnow(j, l, -side)) return NO_CHILD;
  const before = literal(j, k);
  const beforeOther = literal(j, l);
  if (before == side && beforeOther == -side) return own;
  setLiteral(j, k, side);
  setLiteral(j, l, -side);
  const bound = boundBySides(literalsOf(j), PairChoice.ceiling);
  setLiteral(j, k, before);
  setLiteral(j, l, beforeOther);
  return min(own, bound);
}
