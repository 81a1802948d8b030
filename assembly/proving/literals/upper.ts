import { reserve } from '../../base/arena';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { kept, keptCount, label, size } from '../../problem/shape';
import { addVector, enumerable, finishUpper, nextVector, startUpper, upperComplete } from '../../upper/upper-layers';
import { sideAt } from '../state';
import { isRowOut, undecidedNeuron } from './state';

/** The layers above the first, for a node of the literal tree: what its rows ask of them, and whether any do it. */
const UPPER_EFFORT: i64 = 8000000;
const MOST_POINTS = 64; // what upper-layers.ts takes

let points: usize = 0; // i8 [2^n1]: by answer of the first layer (bit j: neuron j at +1) the output asked for, or 0

/** What `findUpper` said is so, and not only as far as the enumeration goes. */
export let upperKnown: bool = false;

export function reserveLiteralUpper(): void {
  points = reserve((<usize>1 << <usize>size(1)) + 8);
}

/** Looks for upper layers that are right on the completions (`strict`: of the rows that are decided). */
export function findUpper(strict: bool): bool {
  upperKnown = false;
  spend(<f64>keptCount * <f64>(1 << size(1)));
  if (!enumerable || markPoints(strict) > MOST_POINTS) return false;
  startUpper();
  for (let answer = 0; answer < 1 << size(1); answer++) {
    const y = <i32>load<i8>(points + <usize>answer);
    if (y == 0) continue;
    const vector = nextVector();
    for (let j = 0; j < size(1); j++) store<i16>(vector + (<usize>j << 1), (answer >>> j) & 1 ? 1 : -1);
    addVector(y);
  }
  const found = finishUpper(UPPER_EFFORT);
  upperKnown = upperComplete;
  return found;
}

/**
 * The answers that upper layers have to give: marks the label of every completion.
 * `strict`: of the rows of which everything is decided, so that nothing but these completions can be; else of all
 * rows, undecided neurons taken for not known. Returns how many are marked.
 */
function markPoints(strict: bool): i32 {
  const n1 = size(1);
  memory.fill(points, 0, <usize>1 << <usize>n1);
  let count = 0;
  for (let k = 0; k < keptCount; k++) {
    if (isRowOut(k) || (strict && undecidedNeuron(k) >= 0)) continue;
    breathe();
    strain(<f64>(1 << n1));
    let fixed: u32 = 0;
    let free: u32 = 0;
    for (let j = 0; j < n1; j++) {
      const side = sideAt(j, k);
      if (side == 0) free |= <u32>1 << j;
      else if (side > 0) fixed |= <u32>1 << j;
    }
    for (let rest = free; ; rest = (rest - 1) & free) {
      const at = points + <usize>(fixed | rest);
      if (load<i8>(at) == 0) count++;
      store<i8>(at, <i8>label(kept(k)));
      if (rest == 0) break;
    }
  }
  return count;
}
