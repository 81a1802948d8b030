/**
 * One way to write each kind of number, so that a log, a table and a page agree. A missing value is always `-`: an
 * unknown bound must never look like a zero.
 */
export const MISSING = '-';

/** Objectives and bounds: exact decimals as they are, at most four digits after the point. */
export function formatObjective(value: number | null): string {
  return value === null ? MISSING : trimmed(value, 4);
}

/**
 * A relative gap in percent. Only a gap of exactly 0 reads `0 %`: "nearly proved" is not proved, so a tiny gap is
 * written as an upper limit instead of being rounded away.
 */
export function formatGap(gap: number | null): string {
  if (gap === null) return MISSING;
  if (gap === 0) return '0 %';
  const percent = gap * 100;
  if (percent < 0.001) return '<0.001 %';
  return `${trimmed(percent, percent < 1 ? 3 : percent < 100 ? 2 : 0)} %`;
}

/** A share between 0 and 1 in percent with one decimal, as accuracies are quoted. */
export function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Whole numbers with thousands apart: `46,418`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** A mark of an axis: some digits, with a unit from ten thousand on, as an axis has room for six signs. */
export function formatTick(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (size < 10_000) return String(Number(value.toPrecision(digits)));
  const [unit, sign] = size < 999_500 ? [1e3, 'K'] : size < 999_500_000 ? [1e6, 'M'] : [1e9, 'B'];
  return `${Number((value / unit).toPrecision(digits))}${sign}`;
}

/** Seconds as a person reads them: `0.04 s`, `12.3 s`, `2 min 05 s`, `1 h 04 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad2(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad2(Math.floor((whole % 3600) / 60))} min`;
}

/** Mean and maximum of the values that are known. */
export function meanAndMax(values: readonly (number | null)[]): { mean: number; max: number } | null {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  let sum = 0;
  let max = -Infinity;
  for (const value of known) {
    sum += value;
    max = Math.max(max, value);
  }
  return { mean: sum / known.length, max };
}

function trimmed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function pad2(value: number): string {
  return value.toString().padStart(2, '0');
}
