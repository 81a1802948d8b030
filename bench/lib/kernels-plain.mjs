const saturated = (x) => Math.max(-32768, Math.min(32767, x));

/* The kernels as one would write them in JavaScript on typed arrays: what WebAssembly has to beat. */
export const plainKernels = {
  dotI16(a, b, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum = (sum + a[i] * b[i]) | 0;
    return sum;
  },
  dotI16F64(a, x, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += a[i] * x[i];
    return sum;
  },
  axpyI32(y, x, c, n) {
    for (let i = 0; i < n; i++) y[i] += Math.imul(c, x[i]);
  },
  axpyF32(y, x, c, n) {
    for (let i = 0; i < n; i++) y[i] += c * x[i];
  },
  axpyF64(y, x, c, n) {
    for (let i = 0; i < n; i++) y[i] += c * x[i];
  },
  penaltyF32(deficit, column, shift, c, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const rest = deficit[i] + shift - c * column[i];
      if (rest > 0) sum += rest * rest;
    }
    return sum;
  },
  coversI16(a, b, need, n) {
    for (let i = 0; i < n; i++) if (need[i] > saturated(a[i] + b[i])) return false;
    return true;
  },
  excessI16(a, b, need, weight, n) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const rest = saturated(saturated(a[i] + b[i]) - need[i]);
      if (rest > 0) sum += rest * weight[i];
    }
    return sum;
  },
  widenI16(low, high, row, n) {
    for (let i = 0; i < n; i++) {
      if (row[i] < low[i]) low[i] = row[i];
      if (row[i] > high[i]) high[i] = row[i];
    }
  },
  addI16(y, a, b, n) {
    for (let i = 0; i < n; i++) y[i] = saturated(a[i] + b[i]);
  },
};
