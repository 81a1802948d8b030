import { setWeight, weightAt, weightRow } from '../../network/weights';
import { countNode } from '../../base/clock';
import { layerCount, size } from '../../problem/shape';
import { declareInfeasible, improveBound, NO_VALUE, objective, offer } from '../../record/incumbent';
import { beginDescents, descend } from './descent';
import { Descent, everyTrial } from './state';
import { least, most, weightTotal } from './weight-ranges';

/**
 * Tiny problems, in every stage of every objective, are settled by looking at every network once: an odometer over all
 * weights, each network valued exactly. Resumable; when the odometer has gone round the incumbent is the optimum.
 *
 * For most of its way it holds the last weights, such as the bias of a table, near an end of their range, and what it has seen by then is
 * of no use: a limit in between left iris with a third of its rows right. So where it has far to go descents come first (descent.ts).
 */

/** Problems with at most this many networks are enumerated; tests set 0 to exercise the trees instead. */
let mostNetworks: f64 = 600000;

export let enumerating: bool = false;

/** An odometer of fewer networks is round before descents would pay; they value this share of its networks. */
const LEAST_ROUND: f64 = 4096;
const DESCENT_SHARE: f64 = 1.0 / 12;

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

export function beginEnumeration(): void {
  enumerating = true;
  const networks = networkCount();
  const valued = networks < LEAST_ROUND ? 0 : <i32>(networks * DESCENT_SHARE);
  if (valued == 0) windBack();
  beginDescents(valued);
}

/** Values up to `count` more networks, or some more to end with a weight's; false once all have been seen and the stage is settled. */
export function stepEnumeration(count: i32): bool {
  for (let turn = 0; turn < count; turn++) {
    if (Descent.left > 0) {
      turn += descend();
      if (Descent.left <= 0) windBack();
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
