import { kept, keptCount, label, size } from '../../problem/shape';
import { answerCompletions, askCompletions, spendCompletions, startCompletions } from '../../upper/completions';
import { sideAt } from '../state';
import { isRowOut, undecidedNeuron } from './state';
import { Asked, Upper } from '../../upper/state';

/** The layers above the first, for a node of the literal tree: what its rows ask of them, and whether any do it. */
const UPPER_EFFORT: i64 = 8000000;

/**
 * Looks for upper layers that are right on the completions; `Asked.known`: whether the answer is certain.
 * `strict`: of the rows of which everything is decided, so that nothing but these completions can be; else of all
 * rows, undecided neurons taken for not known.
 */
export function findUpper(strict: bool): bool {
  Asked.known = false;
  spendCompletions(keptCount);
  if (!Upper.enumerable) return false;
  startCompletions();
  for (let k = 0; k < keptCount; k++) {
    if (isRowOut(k) || (strict && undecidedNeuron(k) >= 0)) continue;
    let plus: u32 = 0;
    let free: u32 = 0;
    for (let j = 0; j < size(1); j++) {
      const side = sideAt(j, k);
      if (side == 0) free |= <u32>1 << j;
      else if (side > 0) plus |= <u32>1 << j;
    }
    askCompletions(plus, free, label(kept(k)));
  }
  return answerCompletions(UPPER_EFFORT);
}
