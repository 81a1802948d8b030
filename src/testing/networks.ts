import type { Network } from '../network/types.js';
import { activeInputs } from '../problem/active.js';
import { largestWeight, rangeOf } from '../problem/boxes.js';
import type { TrainingProblem } from '../problem/types.js';

/** Every network of the problem's shape, one by one, its weights in their boxes: nothing is grouped, nothing is passed over. */
export function* allNetworks(problem: TrainingProblem): Generator<Network> {
  const { layers, weightBound } = problem;
  const active = [...activeInputs(problem)];
  const boxes = layers.slice(1).flatMap((size, l) => {
    const inputs =
      l === 0
        ? active.map((i) => rangeOf(problem, i))
        : new Array(layers[l]).fill([-weightBound, weightBound]);
    return Array.from({ length: size }, () => inputs as (readonly [number, number])[]).flat();
  });
  const digits = boxes.map(([low]) => low);
  for (;;) {
    let at = 0;
    const weights = layers.slice(1).map((size, l) =>
      Array.from({ length: size }, () => {
        const row = new Array<number>(layers[l]).fill(0);
        for (const i of l === 0 ? active : row.keys()) row[i] = digits[at++];
        return row;
      }),
    );
    yield { layers, weightBound: largestWeight(problem), weights };
    let d = 0;
    for (; d < digits.length && digits[d] === boxes[d][1]; d++) digits[d] = boxes[d][0];
    if (d === digits.length) return;
    digits[d]++;
  }
}

/** How many they are. */
export function networkCount(problem: TrainingProblem): number {
  const { layers, weightBound } = problem;
  const first = [...activeInputs(problem)].reduce((ways, i) => {
    const [low, high] = rangeOf(problem, i);
    return ways * (high - low + 1);
  }, 1);
  const above = layers.slice(2).reduce((sum, size, l) => sum + size * layers[l + 1], 0);
  return first ** layers[1] * (2 * weightBound + 1) ** above;
}
