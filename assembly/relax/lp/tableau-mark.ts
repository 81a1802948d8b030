import { Mark, Tableau } from './state';

/**
 * Whose the tableau is. There is one, and whoever relaxes something takes it over; a tree that comes back to it later must
 * know whether it is still its own. It keeps the mark that it got, and asks:
 *
 *     tableauIs(mark)        nobody has taken it since, and it is not worn out: go on from where it stands
 *     tableauIsOf(mark)      nobody has taken it since: what stands there is about my rows and boxes (to be asserted)
 *
 * Worn out: too many pivots have gathered rounding errors. It still gives multipliers, but its owner has to begin a new one.
 */

/** The mark to keep, after a relaxation of one's own. */
export function tableauMark(): i32 {
  return Mark.now;
}

export function tableauIs(mark: i32): bool {
  return mark == Mark.now;
}

export function tableauIsOf(mark: i32): bool {
  return mark >= Mark.taken;
}

/** Somebody begins a tableau of his own. */
export function takeFresh(): void {
  takeBack();
  Mark.freshAt = Tableau.pivots;
}

/** Somebody puts a saved tableau back, which is as old as it was. */
export function takeBack(): void {
  Mark.taken = ++Mark.now;
}

/** Pivots since the tableau was begun, or last found worn out. */
export function tableauAge(): f64 {
  return Tableau.pivots - Mark.freshAt;
}

/** The owner keeps it for now and begins a new one when he next looks. */
export function wearOut(): void {
  Mark.now++;
  Mark.freshAt = Tableau.pivots;
}
