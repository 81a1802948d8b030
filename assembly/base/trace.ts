import { reserve } from './arena';
import { Clock, Pause } from './state';

/**
 * What a tree does, node by node, for somebody who watches (docs/engine.md, "Watching"): records in one buffer that the host
 * empties between steps. Off it costs a look at a flag a node; on it changes nothing but where a step ends: a buffer that is
 * nearly full asks the next breath to pause, and what is computed does not depend on that.
 *
 *     traceAt   f64 [RECORDS][FIELDS]   tree, which of these, node, its parent (0: none), what became of it, three arguments, bound,
 *                                       cut, work     writer: `tell`     reset by `emptyTrace`
 *
 * Values are maximised, as everywhere inside.
 */
export const TRACE_FIELDS = 11;
const RECORDS = 8192;
const NEARLY = 6144;

/** Trees. */
export const IN_WEIGHTS = 0;
export const IN_SIDES = 1;
export const IN_COVERS = 2;
export const IN_CERTIFICATES = 3;
export const IN_PROOF = 4;

/** What a node was branched on: rows a, b; neuron a, row b; neuron a; neuron a (-1: the tree's own), input b, up to c; neuron a, value b. */
export const ON_PAIR = 1;
export const ON_SIDE = 2;
export const ON_TOUCH = 3;
export const ON_WEIGHT = 4;
export const ON_LEMMA = 5;
/** Worked on, and still open: neuron a by Level B; the upper layers for all sides. */
export const ON_SETTLING = 6;
export const ON_UPPER = 7;
/** Why it was closed. */
export const CLOSED_BOUND = 16;
export const CLOSED_EMPTY = 17;
export const CLOSED_POINT = 18;
export const CLOSED_UPPER = 19;
export const CLOSED_SETTLED = 20;
/** Not closed, and nothing more can be done for it. */
export const LEFT_OPEN = 21;

export let traceAt: usize = 0;

/** Writer: the functions here. */
export class Trace {
  /** Somebody watches: said by the host before a problem is loaded. */
  static on: bool = false;
  /** Records in the buffer; records that had no room. */
  static records: i32 = 0;
  static missed: f64 = 0;
  /** Nodes that have been given a number. */
  static born: i32 = 0;
  /** The node at hand (trees of one pool), its parent, its bound as it was taken, and what is said of it. */
  static node: i32 = 0;
  static parent: i32 = 0;
  static bound: f64 = 0;
  static what: i32 = 0;
  static a: i32 = -1;
  static b: i32 = -1;
  static c: i32 = -1;
}

export function setTracing(on: bool): void {
  Trace.on = on;
}

export function reserveTrace(): void {
  emptyTrace();
  Trace.born = 0;
  Trace.node = 0;
  if (Trace.on) traceAt = reserve(<usize>(RECORDS * TRACE_FIELDS) << 3);
}

export function emptyTrace(): void {
  Trace.records = 0;
  Trace.missed = 0;
}

/** A number for a node that has come to be. */
export function numberNode(): i32 {
  return ++Trace.born;
}

/** What is being done with the node at hand. */
export function say(what: i32, a: i32 = -1, b: i32 = -1, c: i32 = -1): void {
  Trace.what = what;
  Trace.a = a;
  Trace.b = b;
  Trace.c = c;
}

/** A line about a node. */
export function tell(tree: i32, run: i32, node: i32, parent: i32, what: i32, a: i32, b: i32, c: i32, bound: f64, cut: f64): void {
  if (Trace.records == RECORDS) {
    Trace.missed += 1;
    return;
  }
  const at = traceAt + (<usize>(Trace.records * TRACE_FIELDS) << 3);
  store<f64>(at, <f64>tree);
  store<f64>(at, <f64>run, 8);
  store<f64>(at, <f64>node, 16);
  store<f64>(at, <f64>parent, 24);
  store<f64>(at, <f64>what, 32);
  store<f64>(at, <f64>a, 40);
  store<f64>(at, <f64>b, 48);
  store<f64>(at, <f64>c, 56);
  store<f64>(at, bound, 64);
  store<f64>(at, cut, 72);
  store<f64>(at, Clock.work, 80);
  if (++Trace.records >= NEARLY) Pause.effortAt = 0;
}

/** A line about the node at hand, of which the last thing said is true. */
export function tellSaid(tree: i32, run: i32, cut: f64): void {
  tell(tree, run, Trace.node, Trace.parent, Trace.what, Trace.a, Trace.b, Trace.c, Trace.bound, cut);
}
