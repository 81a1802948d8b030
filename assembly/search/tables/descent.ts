import { copyNetwork, setWeight, weightAt, weightRow } from '../../network/weights';
import { nextU32 } from '../../base/random';
import { restWeight } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { layerCount, size } from '../../problem/shape';
import { incumbent, NO_VALUE, objective, offer, valueOf } from '../../record/incumbent';
import { Descent, everyTrial } from './state';
import { least, most, weightTotal } from './weight-ranges';

/**
 * Descents over all weights of a tiny problem, from the incumbent and then from drawn weights: one weight after the other takes its best value, any of
 * equals (where no limit of weights is used up by it), until none helps. Each network is valued exactly, in every stage of every objective.
 */

/** About `networks` are to be valued, counted down in `Descent.left`; 0: none. */
export function beginDescents(networks: i32): void {
  Descent.left = networks;
  if (networks == 0) return;
  if (objective == NO_VALUE) draw();
  else copyNetwork(everyTrial, incumbent);
  beginDescent();
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
  Descent.turn = 0;
  Descent.stood = 0;
  Descent.worth = valueOf(everyTrial);
  Descent.left--;
  if (Descent.worth > objective) offer(everyTrial);
}

/** The next weight takes its best value, or a descent from elsewhere begins. Returns what that counts for beside a turn of its own. */
export function descend(): i32 {
  if (Descent.stood == weightTotal()) {
    draw();
    beginDescent();
    return 1;
  }
  let l = 0;
  let at = Descent.turn;
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
    if (value > Descent.worth) {
      Descent.worth = value;
      best = w;
      helps = true;
      equals = 1;
    } else if (roams && value == Descent.worth && nextU32() % ++equals == 0) best = w;
  }
  setWeight(row, i, best);
  if (helps) {
    Descent.stood = 0;
    if (Descent.worth > objective) offer(everyTrial);
  } else Descent.stood++;
  Descent.turn = Descent.turn + 1 < weightTotal() ? Descent.turn + 1 : 0;
  const valued = most(l, i) - least(l, i);
  Descent.left -= valued;
  return max(0, valued - 1);
}
