/** `exp(mean(log(x + shift))) - shift`: many small times count, and none of them drowns the rest (Achterberg 2007). */
export function shiftedGeometricMean(values, shift = 1) {
  if (values.length === 0) return Number.NaN;
  const logs = values.reduce((sum, value) => sum + Math.log(value + shift), 0);
  return Math.exp(logs / values.length) - shift;
}

/** The middle value; of an even number of them the lower middle one, which is a value that occurred. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[(sorted.length - 1) >> 1];
}
