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
};
