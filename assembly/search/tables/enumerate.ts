import { copyNetwork, setWeight, weightAt, weightRow } from '../../network/weights';
import { countNode } from '../../base/clock';
import { nextU32 } from '../../base/random';
import { leastWeight, mostWeight, restWeight } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { layerCount, size, weightBound } from '../../problem/shape';
import { declareInfeasible, improveBound, incumbent, NO_VALUE, objective, offer, valueOf } from '../../record/incumbent';
import { everyTrial } from './state';

/**
 * Tiny problems, in every stage of every objective, are settled by looking at every network once: an odometer over all
 * weights, each network valued exactly. Resumable; when the odometer has gone round the incumbent is the optimum.
 *
 * For most of its way it holds the last weights, such as the bias of a table, near an end of their range, and what it has seen by then is
 * of no use: a limit in between left iris with a third of its rows right. So where it has far to go descents come first, from the
 * incumbent and then from drawn weights: one weight after the other takes its best value, any of equals (where no limit of weights is used up by it), until none helps.
 */
/** Problems with at most this many networks are enumerated; tests set 0 to exercise the trees instead. */
let mostNetworks: f64 = 600000;

export let enumerating: bool = false;

/** An odometer of fewer networks is round before descents would pay; they value this share of its networks. */
const LEAST_ROUND: f64 = 4096;
const DESCENT_SHARE: f64 = 1.0 / 12;
/** Networks that descents may still value; the weight whose turn it is, by number; how many in a row have stood; what `everyTrial` is worth. */
let left: i32 = 0;
let turnOf: i32 = 0;
let stood: i32 = 0;
let worth: i64 = 0;

/**
 * Before `prepare`: problems with at most so many networks are enumerated instead of searched; 0 also turns the pattern
 * tables off, so that everything goes through relaxations and trees.
 */
export function setMostNetworks(networks: f64): void {
  mostNetworks = networks;
}

export function networksEnumerated(): f64 {
  return mostNetworks;
}

/** Whether all networks of this shape may be looked at. */
export function isTiny(): bool {
  return weightTotal() == 0 || networkCount() <= mostNetworks; // without weights there is nothing to search
}

/** How many networks there are; of more than may be looked at, some number above that. */
function networkCount(): f64 {
  let networks: f64 = 1;
  for (let l = 0; l < layerCount; l++) {
    for (let i = 0; i < size(l); i++) {
      for (let j = 0; j < size(l + 1); j++) {
        networks *= <f64>(most(l, i) - least(l, i) + 1);
        if (networks > mostNetworks) return networks;
      }
    }
  }
  return networks;
}

// @ts-ignore: decorator
@inline
function least(l: i32, i: i32): i32 {
  return l == 0 ? leastWeight(i) : -weightBound;
}
// @ts-ignore: decorator
@inline
function most(l: i32, i: i32): i32 {
  return l == 0 ? mostWeight(i) : weightBound;
}

export function beginEnumeration(): void {
  enumerating = true;
  const networks = networkCount();
  left = networks < LEAST_ROUND ? 0 : <i32>(networks * DESCENT_SHARE);
  if (left == 0) {
    windBack();
    return;
  }
  if (objective == NO_VALUE) draw();
  else copyNetwork(everyTrial, incumbent);
  beginDescent();
}

/** Values up to `count` more networks, or some more to end with a weight's; false once all have been seen and the stage is settled. */
export function stepEnumeration(count: i32): bool {
  for (let turn = 0; turn < count; turn++) {
    if (left > 0) {
      turn += descend();
      if (left <= 0) windBack();
      continue;
    }
    countNode();
    offer(everyTrial);
    if (!next()) {
      enumerating = false;
      if (objective == NO_VALUE) declareInfeasible();
      else improveBound(objective);
      return false;
    }
  }
  return true;
}

/** Every weight at the least that it may be. */
function windBack(): void {
  for (let l = 0; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(everyTrial, l, j);
      for (let i = 0; i < size(l); i++) setWeight(row, i, least(l, i));
    }
  }
}

function weightTotal(): i32 {
  let total = 0;
  for (let l = 0; l < layerCount; l++) total += size(l) * size(l + 1);
  return total;
}

/** Drawn weights; under a limit of weights about as many as it allows. */
function draw(): void {
  const sparing = !isUnsparing();
  for (let l = 0; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(everyTrial, l, j);
      for (let i = 0; i < size(l); i++) {
        const drawn = least(l, i) + <i32>(nextU32() % <u32>(most(l, i) - least(l, i) + 1));
        const rests = sparing && l == 0 && <i32>(nextU32() % <u32>(size(0) * size(1))) >= Limits.nonzeros;
        setWeight(row, i, rests ? restWeight(i) : drawn);
      }
    }
  }
}

function beginDescent(): void {
  turnOf = 0;
  stood = 0;
  worth = valueOf(everyTrial);
  left--;
  if (worth > objective) offer(everyTrial);
}

/** The next weight takes its best value, or a descent from elsewhere begins. Returns how many networks have been valued. */
function descend(): i32 {
  if (stood == weightTotal()) {
    draw();
    beginDescent();
    return 1;
  }
  let l = 0;
  let at = turnOf;
  while (at >= size(l) * size(l + 1)) {
    at -= size(l) * size(l + 1);
    l++;
  }
  const i = at % size(l);
  const row = weightRow(everyTrial, l, at / size(l));
  const before = weightAt(row, i);
  let best = before;
  let helps = false;
  const roams = isUnsparing();
  let equals: u32 = 1;
  for (let w = least(l, i); w <= most(l, i); w++) {
    if (w == before) continue;
    setWeight(row, i, w);
    const value = valueOf(everyTrial);
    if (value > worth) {
      worth = value;
      best = w;
      helps = true;
      equals = 1;
    } else if (roams && value == worth && nextU32() % ++equals == 0) best = w;
  }
  setWeight(row, i, best);
  if (helps) {
    stood = 0;
    if (worth > objective) offer(everyTrial);
  } else stood++;
  turnOf = turnOf + 1 < weightTotal() ? turnOf + 1 : 0;
  const valued = most(l, i) - least(l, i);
  left -= valued;
  return max(0, valued - 1);
}

function next(): bool {
  for (let l = 0; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(everyTrial, l, j);
      for (let i = 0; i < size(l); i++) {
        const w = weightAt(row, i);
        if (w < most(l, i)) {
          setWeight(row, i, w + 1);
          return true;
        }
        setWeight(row, i, least(l, i));
      }
    }
  }
  return false;
}
