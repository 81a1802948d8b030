import { copyNetwork, restNetwork, setWeight, weightAt, weightRow } from '../network/weights';
import { layerCount, size } from '../problem/shape';
import { incumbent, offer } from '../record/incumbent';

/**
 * Networks that several stages offer and that take no search: those that answer the same to everything, and the incumbent
 * with one upper weight less. Each is built in `trial`, a network of the stage's own that it may overwrite.
 */

/** + to everything, and with hidden layers - to everything: all that a single label needs. */
export function offerConstants(trial: usize): void {
  restNetwork(trial);
  offer(trial);
  if (layerCount == 1) return;
  setWeight(weightRow(trial, layerCount - 1, 0), 0, -1);
  offer(trial);
}

/** Tries to zero upper weights one after the other; every trial is recounted exactly. */
export function thinUpperLayers(trial: usize): void {
  for (let l = 1; l < layerCount; l++) {
    for (let j = 0; j < size(l + 1); j++) {
      for (let i = 0; i < size(l); i++) {
        if (weightAt(weightRow(incumbent, l, j), i) == 0) continue;
        copyNetwork(trial, incumbent);
        setWeight(weightRow(trial, l, j), i, 0);
        offer(trial);
      }
    }
  }
}
