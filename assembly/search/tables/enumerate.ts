import { setWeight, weightAt, weightRow } from '../../network/weights';
import { countNode } from '../../base/clock';
import { leastWeight, mostWeight } from '../../problem/boxes';
import { layerCount, size, weightBound } from '../../problem/shape';
import { declareInfeasible, improveBound, NO_VALUE, objective, offer } from '../../record/incumbent';
import { everyTrial } from './state';

/**
 * Tiny problems, in every stage of every objective, are settled by looking at every network once: an odometer over all
 * weights, each network valued exactly. Resumable; when the odometer has gone round the incumbent is the optimum.
 */
/** Problems with at most this many networks are enumerated; tests set 0 to exercise the trees instead. */
let mostNetworks: f64 = 600000;

export let enumerating: bool = false;

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
  let networks: f64 = 1;
  for (let l = 0; l < layerCount; l++) {
    for (let i = 0; i < size(l); i++) {
      for (let j = 0; j < size(l + 1); j++) {
        networks *= <f64>(most(l, i) - least(l, i) + 1);
        if (networks > mostNetworks) return false;
      }
    }
  }
  return true;
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
  for (let l = 0; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      const row = weightRow(everyTrial, l, j);
      for (let i = 0; i < size(l); i++) setWeight(row, i, least(l, i));
    }
  }
}

/** Values up to `count` more networks; false once all have been seen and the stage is settled. */
export function stepEnumeration(count: i32): bool {
  for (let turn = 0; turn < count; turn++) {
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
