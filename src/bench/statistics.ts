/** `exp(mean(log(x + shift))) - shift`: many small times count, and none of them drowns the rest (Achterberg 2007). */
export function shiftedGeometricMean(values: readonly number[], shift = 1): number | null {
  if (values.length === 0) return null;
  const logs = values.reduce((sum, value) => sum + Math.log(value + shift), 0);
  return Math.exp(logs / values.length) - shift;
}

/** The middle value; of an even number of them the lower middle one, which is a value that occurred. */
export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[(sorted.length - 1) >> 1];
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length;
}

/** `|bound - objective| / max(1, |objective|)`, as everywhere. */
export function gapOf(objective: number | null, bound: number | null): number | null {
  if (objective === null || bound === null) return null;
  return Math.abs(bound - objective) / Math.max(1, Math.abs(objective));
}
