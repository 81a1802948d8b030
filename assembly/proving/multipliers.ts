import { keptCount } from '../problem/shape';
import { LastBound, LastSoft, multipliers } from '../relax/exact/state';
import { CODE_A, CODE_I, CODE_M, patch, put, rewind } from '../record/log';
import { Log } from '../record/state';

/** For the trees of all stages that write proofs: writes the multipliers of the last exact bound: `m` (MW: with its scale) or, `reachable` false, `i`. */
export function logMultipliers(j: i32, scaled: i32, reachable: bool): void {
  const start = Log.words;
  put(reachable ? CODE_M : CODE_I);
  put(j);
  put(scaled ? <i32>LastBound.scale : 0);
  if (putMultipliers() == 0 && !scaled) rewind(start);
}

/** Writes the multipliers of the last soft bound. */
export function logSoftMultipliers(j: i32): void {
  put(CODE_A);
  put(j);
  put(<i32>LastSoft.scale);
  putMultipliers();
}

/** Their number, and each with its row. */
function putMultipliers(): i32 {
  const at = Log.words;
  put(0);
  let count = 0;
  for (let k = 0; k < keptCount; k++) {
    const n = <i32>load<i64>(multipliers + (<usize>k << 3));
    if (n == 0) continue;
    put(k);
    put(n);
    count++;
  }
  patch(at, count);
  return count;
}
