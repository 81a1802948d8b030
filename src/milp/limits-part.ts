import type { NetworkPart } from './network-part.js';

/* What a problem says of weights and samples beyond their ranges, in every stage's model: limits, and columns that exclude each other or come together. */

/**
 * Of the samples of a label no more than so many are left out.
 *
 * @param counted for each sample the column that is 1 where it counts
 * @param labels of the samples
 */
export function addAtMostWrong(
  part: NetworkPart,
  counted: readonly number[],
  labels: readonly number[],
): void {
  const { plus, minus } = part.problem.atMostWrong ?? {};
  for (const [label, most] of [
    [1, plus],
    [-1, minus],
  ] as const) {
    if (most === undefined) continue;
    const own = counted.filter((_, n) => labels[n] === label);
    const name = `wrong_${label > 0 ? 'plus' : 'minus'}`;
    part.row(name, { columns: own, values: own.map(() => 1) }, '>=', own.length - most);
  }
}

/**
 * Which weights are used, those of free inputs left out; of the first layer at most `maxNonzero`.
 *
 * @param cost of a used weight; 0: only the first layer is looked at, for the limit's sake
 */
export function addUses(part: NetworkPart, cost: 0 | 1): void {
  const { free = [], maxNonzero } = part.problem;
  const isFree = new Set(free);
  const first: number[] = [];
  part.weights.slice(0, cost === 0 ? 1 : undefined).forEach((layer, l) => {
    layer.forEach((inputs, j) => {
      inputs.forEach((w, i) => {
        if (w < 0 || (l === 0 && isFree.has(i))) return;
        const at = `${l + 1}_${j}_${i}`;
        const { lower, upper } = part.columns[w];
        const u = part.column(`u_${at}`, lower > 0 || upper < 0 ? 1 : 0, 1, true, cost);
        if (l === 0) first.push(u);
        const columns = [w, u];
        part.row(`used_plus_${at}`, { columns, values: [1, -Math.max(0, upper)] }, '<=', 0);
        part.row(`used_minus_${at}`, { columns, values: [1, -Math.min(0, lower)] }, '>=', 0);
      });
    });
  });
  if (maxNonzero === undefined) return;
  part.row('limit', { columns: first, values: first.map(() => 1) }, '<=', maxNonzero);
}

/** Columns that are used together or not: of a single neuron. */
export function addCombinations(part: NetworkPart): void {
  const { exclusive = [], together = [] } = part.problem;
  const known = new Map<number, number>();
  const usedOf = (inputs: readonly number[]): number => {
    const first = Math.min(...inputs);
    const before = known.get(first);
    if (before !== undefined) return before;
    const used = part.column(`v_${first}`, 0, 1, true);
    known.set(first, used);
    const signs: number[] = [];
    for (const i of inputs) {
      const w = part.weights[0][0][i];
      if (w < 0) continue;
      const { lower, upper } = part.columns[w];
      const columns = [w, used];
      part.row(`uses_plus_${i}`, { columns, values: [1, -Math.max(0, upper)] }, '<=', 0);
      part.row(`uses_minus_${i}`, { columns, values: [1, -Math.min(0, lower)] }, '>=', 0);
      const above = part.column(`x_${i}`, 0, upper > 0 ? 1 : 0, true);
      const below = part.column(`y_${i}`, 0, lower < 0 ? 1 : 0, true);
      // w >= 1 where above is 1, else w >= lower; w <= -1 where below is 1, else w <= upper.
      if (upper > 0) part.row(`above_${i}`, { columns: [w, above], values: [1, lower - 1] }, '>=', lower);
      if (lower < 0) part.row(`below_${i}`, { columns: [w, below], values: [1, upper + 1] }, '<=', upper);
      signs.push(above, below);
    }
    part.row(`is_used_${first}`, { columns: [used, ...signs], values: [1, ...signs.map(() => -1)] }, '<=', 0);
    return used;
  };
  for (const [g, group] of exclusive.entries()) {
    const columns = group.map(usedOf);
    part.row(`exclusive_${g}`, { columns, values: columns.map(() => 1) }, '<=', 1);
  }
  for (const [g, group] of together.entries()) {
    const [first, ...others] = group.map(usedOf);
    for (const [n, other] of others.entries()) {
      const difference = { columns: [first, other], values: [1, -1] };
      part.row(`not_more_${g}_${n + 1}`, difference, '<=', 0);
      part.row(`not_less_${g}_${n + 1}`, difference, '>=', 0);
    }
  }
}
