import type { Pattern } from './patterns.js';
import { MAX_VECTORS, patternsOf } from './patterns.js';
import { heldMargin, type Setting } from './setting.js';
import { leastAbove, mostAbove } from './trivial.js';
import { reject } from './types.js';
import { UpperOptimum } from './upper-optimum.js';

/*
 * MM and MW with hidden layers: does any network beat `claim`? Tuples of first-layer patterns, best value first, as long as
 * they could still beat it with the best of everything that is not chosen yet; for a complete tuple the exact optimum of
 * the layers above. Knowing the claim makes this far smaller than a search for the optimum.
 */

/** Patterns tried in tuples at most; a minute or two. */
const MAX_STEPS = 2 ** 30;

/** Both stages maximise here: margins, or minus the non-zero weights. */
export function beats(setting: Setting, keep: readonly number[], claim: number): boolean {
  const isMargin = setting.stage === 'mm';
  const target = isMargin ? claim : -claim;
  const above = isMargin ? mostAbove(setting) : -leastAbove(setting);
  const perClass = new Map<number, readonly Pattern[]>();
  const classes = Array.from({ length: setting.neurons }, (_, j) =>
    isMargin ? 0 : heldMargin(setting, 0, j),
  );
  for (const held of classes) {
    if (perClass.has(held)) continue;
    const patterns = patternsOf(setting.problem, setting.stage, keep, held);
    if (patterns === null) return reject(`more than ${MAX_VECTORS} weight vectors to enumerate`);
    perClass.set(held, patterns);
  }
  const options = classes.map((held) => perClass.get(held) as readonly Pattern[]);
  if (options.some((patterns) => patterns.length === 0)) return false;
  // The most that the neurons from j on can add.
  const rest = new Array<number>(setting.neurons + 1).fill(above);
  for (let j = setting.neurons - 1; j >= 0; j--) rest[j] = rest[j + 1] + options[j][0].value;

  const upper = new UpperOptimum(setting);
  const chosen: Pattern[] = [];
  const side = (j: number, k: number) => chosen[j].signs[k];
  let steps = 0;
  const choose = (j: number, sum: number, room: number, first: number): boolean => {
    if (j === setting.neurons) {
      const optimum = upper.of(side);
      return optimum !== null && sum + (isMargin ? optimum : -optimum) > target;
    }
    const patterns = options[j];
    for (let n = first; n < patterns.length; n++) {
      const value = sum + patterns[n].value;
      if (value + rest[j + 1] <= target) break;
      if (++steps > MAX_STEPS) reject('too many combinations of patterns to enumerate');
      if (patterns[n].nonzeros > room) continue;
      chosen[j] = patterns[n];
      // Neurons that hold the same can change places: the patterns of a class are chosen in ascending order.
      const alike = j + 1 < classes.length && classes[j + 1] === classes[j];
      if (choose(j + 1, value, room - patterns[n].nonzeros, alike ? n : 0)) return true;
    }
    return false;
  };
  return choose(0, 0, setting.limit, 0);
}
