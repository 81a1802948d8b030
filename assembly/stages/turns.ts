import { Clock } from '../base/state';

/**
 * How a stage shares its work: a tree, which lowers the bound, and a search, which finds networks, have slices in turn, and
 * who has had less than its share is next. A slice that found nothing to do costs something all the same, else a partner
 * that has come to its end would keep the other from its turn for ever.
 *
 *     began = work; a slice of the tree;   treeTook(began)       before it: isTreesTurn(share)
 *     began = work; a slice of the search; searchTook(began)
 *
 * One stage runs at a time, so there is one account. Writer: the functions here; set by `beginTurns`, which every stage that
 * shares calls in its `begin`.
 */
export class Turns {
  /** Work that each has had so far. */
  static tree: f64 = 0;
  static search: f64 = 0;
  /** SM of one neuron: the search for a network that has all samples. */
  static separate: f64 = 0;
  /** What a slice costs on top of its work, and at least. */
  static onTop: f64 = 0;
  static least: f64 = 0;
}

/** About the cost of a look at what there is to do. */
export const LEAST_TURN: f64 = 200;

/** Nobody has had anything. A slice will count for its work and `onTop`, and for `least` where that is less. */
export function beginTurns(onTop: f64, least: f64): void {
  Turns.tree = 0;
  Turns.search = 0;
  Turns.separate = 0;
  Turns.onTop = onTop;
  Turns.least = least;
}

/** The tree has had no more than `first` and `share` for each unit of the search. */
export function isTreesTurn(share: f64, first: f64): bool {
  return Turns.tree <= first + share * Turns.search;
}

function turnSince(began: f64): f64 {
  return max(Clock.work - began + Turns.onTop, Turns.least);
}

export function treeTook(began: f64): void {
  Turns.tree += turnSince(began);
}

export function searchTook(began: f64): void {
  Turns.search += turnSince(began);
}

export function separateTook(began: f64): void {
  Turns.separate += turnSince(began);
}
