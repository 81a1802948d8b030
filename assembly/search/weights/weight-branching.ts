import { inputs } from '../../problem/shape';
import { Penalties, penalties, relaxedValue, solution, tentativeBegin, tentativeEnd, tentativeFits, tentativeValue } from '../../relax/lp/neuron-lp';
import { boxHigh, boxLow } from '../../relax/exact/safe-bound';
import { choiceDown, choiceInput, choiceUp, Chosen } from './state';

/**
 * The weight that Level B (neuron-tree.ts) branches on: the best product of what the relaxation is said to lose in both
 * children. One-pivot penalties say it at once; while the tree is young, where a choice weighs most, the best few by
 * penalty are measured by some pivots of each child on the tableau as it stands, which a snapshot then restores (strong
 * branching: Applegate et al., 1995). Measuring at every node needs a third of the nodes, and three times the time for
 * each. Pseudo-costs (Achterberg, Koch, Martin, "Branching rules revisited", 2005) lost: what a weight costs depends on
 * the node, five times the nodes with four rows, and worse bounds at equal time on images.
 */
const YOUNG = 3000; // choices of a tree that are measured
const MOST_MEASURED = 2;
const PIVOTS = 6; // of a measured child
const LEAST: f64 = 1e-6;

/** A new tree. */
export function beginChoices(): void {
  Chosen.choices = 0;
}

/** Chooses among the weights that the last relaxation leaves fractional in an open box. */
export function chooseWeight(): void {
  const count = listCandidates();
  let best = bestFrom(0, count);
  if (Chosen.choices++ < YOUNG && count > 1 && tentativeFits()) best = measure(best, count);
  Chosen.input = -1;
  Chosen.down = 0; // what another tree has chosen last is nothing to go by
  Chosen.up = 0;
  if (best < 0) return;
  Chosen.input = load<i32>(choiceInput + (<usize>best << 2));
  Chosen.value = load<f64>(solution + (<usize>Chosen.input << 3));
  Chosen.down = load<f64>(choiceDown + (<usize>best << 3));
  Chosen.up = load<f64>(choiceUp + (<usize>best << 3));
}

/** The fractional weights with their penalties. */
function listCandidates(): i32 {
  let count = 0;
  for (let i = 0; i < inputs; i++) {
    const x = load<f64>(solution + (<usize>i << 3));
    const fraction = x - Math.floor(x);
    if (fraction < 1e-6 || fraction > 1 - 1e-6) continue;
    if (boxLow(i) == boxHigh(i)) continue;
    penalties(i, fraction);
    store<i32>(choiceInput + (<usize>count << 2), i);
    store<f64>(choiceDown + (<usize>count << 3), Penalties.down);
    store<f64>(choiceUp + (<usize>count << 3), Penalties.up);
    count++;
  }
  return count;
}

// @ts-ignore: decorator
@inline
function scoreAt(at: i32): f64 {
  return max(load<f64>(choiceDown + (<usize>at << 3)), LEAST) * max(load<f64>(choiceUp + (<usize>at << 3)), LEAST);
}

function bestFrom(from: i32, count: i32): i32 {
  let best = -1;
  let score: f64 = -1;
  for (let at = from; at < count; at++) {
    if (scoreAt(at) <= score) continue;
    score = scoreAt(at);
    best = at;
  }
  return best;
}

/** Replaces the penalties of the first few by measured losses; returns the best of these. */
function measure(first: i32, count: i32): i32 {
  const before = relaxedValue();
  let best = 0;
  tentativeBegin();
  for (let turn = 0; turn < min(MOST_MEASURED, count); turn++) {
    const at = turn == 0 ? first : bestFrom(turn, count);
    swapCandidates(turn, at);
    const i = load<i32>(choiceInput + (<usize>turn << 2));
    const floor = <i32>Math.floor(load<f64>(solution + (<usize>i << 3)));
    const down = before - tentativeValue(i, boxLow(i), floor, PIVOTS);
    const up = before - tentativeValue(i, floor + 1, boxHigh(i), PIVOTS);
    store<f64>(choiceDown + (<usize>turn << 3), max(load<f64>(choiceDown + (<usize>turn << 3)), down));
    store<f64>(choiceUp + (<usize>turn << 3), max(load<f64>(choiceUp + (<usize>turn << 3)), up));
    if (scoreAt(turn) > scoreAt(best)) best = turn;
  }
  tentativeEnd();
  return best;
}

function swapCandidates(a: i32, b: i32): void {
  const atA = <usize>a << 3;
  const atB = <usize>b << 3;
  const i = load<i32>(choiceInput + (atA >> 1));
  const down = load<f64>(choiceDown + atA);
  const up = load<f64>(choiceUp + atA);
  store<i32>(choiceInput + (atA >> 1), load<i32>(choiceInput + (atB >> 1)));
  store<f64>(choiceDown + atA, load<f64>(choiceDown + atB));
  store<f64>(choiceUp + atA, load<f64>(choiceUp + atB));
  store<i32>(choiceInput + (atB >> 1), i);
  store<f64>(choiceDown + atB, down);
  store<f64>(choiceUp + atB, up);
}
