/*
 * The same problem with inputs and samples in another order. Optimum and bound are what they were; a solver that was
 * lucky with one order is not with three (Danna 2008, performance variability).
 */

/** Uniform integers, the same on every machine (mulberry32). */
export function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Permutation 0 is the problem as it is. */
export function permuted(problem, permutation) {
  if (permutation === 0) return problem;
  const next = numbers(permutation);
  const width = problem.layers[0];
  const inputs = shuffled(width, next);
  const rows = shuffled(problem.sampleCount, next);
  const samples = new Int32Array(problem.samples.length);
  for (let k = 0; k < rows.length; k++) {
    for (let i = 0; i < width; i++) samples[k * width + i] = problem.samples[rows[k] * width + inputs[i]];
  }
  const { keep } = problem;
  return {
    ...problem,
    samples,
    labels: problem.labels.map((_, k) => problem.labels[rows[k]]),
    ...(keep === undefined ? {} : { keep: [...rows.keys()].filter((k) => keep.includes(rows[k])) }),
  };
}

/** `order[new] = old` (Fisher and Yates). */
function shuffled(count, next) {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let left = count - 1; left > 0; left--) {
    const other = next(left + 1);
    [order[left], order[other]] = [order[other], order[left]];
  }
  return order;
}
