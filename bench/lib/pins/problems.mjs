/*
 * The problems of the pins: fixed for ever, so they draw their numbers themselves and borrow nothing that may be improved
 * (but for the built-in digits, whose pixels are part of what is pinned). Every objective, every choice of stages, one
 * layer to three, tables and trees, proofs, little memory, and every option of a problem file.
 */
import { drawDigits } from '../../../dist/data/digits/index.js';

const ALL = ['sm', 'mm', 'mw'];
const STAGES = [ALL, ['sm', 'mm'], ['sm', 'mw'], ['mm', 'mw'], ['sm'], ['mm'], ['mw']];
const TREES = 0;
const TABLES = 1;
const ENUMERATION = 600_000;

/** mulberry32: integers in `[0, below)`. */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A class lights its own half of the inputs a little more; `noise` per cent of the labels are thrown. */
function drawn(seed, layers, count, { least = -3, most = 5, noise = 30, ...rest } = {}) {
  const next = numbers(seed);
  const width = layers[0];
  const labels = Int8Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 1 : -1));
  const samples = new Int32Array(count * width);
  for (let at = 0; at < samples.length; at++) {
    const own = at % width < width / 2 === labels[Math.floor(at / width)] > 0;
    const span = most - least + 1;
    samples[at] = least + Math.max(next(span), own ? next(span) : 0);
  }
  for (let k = 0; k < count; k++) if (next(100) < noise) labels[k] = next(2) === 0 ? 1 : -1;
  return { layers, weightBound: 1, epsilon: 0.1, samples, sampleCount: count, labels, linf: 0, ...rest };
}

/** Samples with copies of themselves that differ by a unit here and there. */
function robust(problem, copies, seed) {
  const next = numbers(seed);
  const width = problem.layers[0];
  const samples = [];
  const groups = [];
  for (let k = 0; k < problem.sampleCount; k++) {
    for (let copy = 0; copy <= copies; copy++) {
      groups.push(k);
      for (let i = 0; i < width; i++)
        samples.push(problem.samples[k * width + i] + (copy > 0 ? next(3) - 1 : 0));
    }
  }
  return {
    ...problem,
    samples: Int32Array.from(samples),
    sampleCount: groups.length,
    labels: Int8Array.from(groups, (k) => problem.labels[k]),
    objective: { kind: 'robust', groups: Int32Array.from(groups) },
  };
}

/** Reaches to aim at: a part of what each row has. */
function soft(problem, percent) {
  const width = problem.layers[0];
  const targets = Int32Array.from({ length: problem.sampleCount }, (_, k) => {
    const row = problem.samples.subarray(k * width, (k + 1) * width);
    return Math.floor((percent * problem.weightBound * row.reduce((sum, x) => sum + Math.abs(x), 0)) / 100);
  });
  return { ...problem, objective: { ...problem.objective, kind: 'soft', targets } };
}

/** `shots` images each of two digits. */
function digits(p, q, shots, layers, rest = {}) {
  const { samples } = drawDigits({ perClass: shots, stream: 'train' });
  const { values, columns } = samples;
  const rows = [p, q].flatMap((digit) => Array.from({ length: shots }, (_, shot) => shot * 10 + digit));
  return {
    layers: [columns, ...layers],
    weightBound: 1,
    epsilon: 0.1,
    samples: Int32Array.from(rows.flatMap((row) => [...values.subarray(row * columns, (row + 1) * columns)])),
    sampleCount: rows.length,
    labels: Int8Array.from(rows, (_, k) => (k < shots ? 1 : -1)),
    linf: 0,
    ...rest,
  };
}

/** @returns `[{ name, run: { problem, options } }]`, the options as `execute` of the fuzzer takes them */
export function pinnedProblems() {
  const pins = [];
  const add = (name, problem, options = {}) => {
    const n = pins.length;
    const plain = {
      stages: STAGES[n % STAGES.length],
      tolerance: n % 5 === 0 ? 0.25 : 0,
      seed: n % 4,
      workLimit: 2e6,
      proof: n % 3 === 0,
      enumeration: [TREES, TABLES, ENUMERATION][n % 3],
      ...(n % 8 === 0 ? { treeBytes: 2 ** 16 } : {}),
    };
    pins.push({
      name: `${String(n).padStart(3, '0')} ${name}`,
      run: { problem, options: { ...plain, ...options } },
    });
  };
  const shapes = [
    [6, 1],
    [18, 1],
    [40, 1],
    [5, 2, 1],
    [12, 2, 1],
    [20, 3, 1],
    [9, 4, 1],
    [4, 2, 2, 1],
    [14, 3, 2, 1],
  ];
  for (const [n, layers] of shapes.entries()) {
    const count = 8 + 2 * (n % 4);
    const seed = 100 * n;
    add(`bemi ${layers}`, drawn(seed + 1, layers, count));
    add(`bemi ${layers}, bright`, drawn(seed + 2, layers, count, { least: 0, most: 255, noise: 10 }));
    add(`bemi ${layers}, P = 3`, drawn(seed + 3, layers, count, { weightBound: 3 }));
    add(
      `bemi ${layers}, a radius`,
      drawn(seed + 4, layers, count, { least: 0, most: 60, noise: 0, linf: 2 }),
    );
    add(
      `bemi ${layers}, some kept`,
      drawn(seed + 5, layers, count, { keep: [0, 1, 2, 5, 6, 7], epsilon: 0.25 }),
    );
    add(`robust ${layers}`, robust(drawn(seed + 6, layers, count, { most: 20 }), 1, seed));
    add(
      `robust ${layers}, a radius`,
      robust(drawn(seed + 7, layers, 8, { most: 60, noise: 0, linf: 1 }), 2, seed),
    );
    add(
      `robust ${layers}, P = 2, some kept`,
      robust(drawn(seed + 8, layers, 8, { weightBound: 2, keep: [0, 1, 4, 5] }), 1, seed),
    );
    add(`soft ${layers}`, soft(robust(drawn(seed + 9, layers, count, { most: 20 }), 1, seed), 40));
    add(
      `soft ${layers}, a radius`,
      soft(robust(drawn(seed + 10, layers, 8, { most: 60, noise: 0, linf: 1 }), 2, seed), 70),
    );
  }
  // Tables: inputs of both signs and of 0 and 1, many rows, SM first.
  for (const [n, layers] of [
    [4, 2, 1],
    [4, 3, 1],
    [8, 2, 1],
    [10, 3, 1],
    [13, 2, 1],
    [10, 1],
    [13, 1],
    [16, 1],
  ].entries()) {
    const table = drawn(2000 + n, layers, 40, { least: -9, most: 9, noise: 20 });
    add(`table ${layers}`, table, {
      stages: ['sm'],
      enumeration: n % 2 === 0 ? TABLES : TREES,
      workLimit: 5e6,
    });
    add(`flags ${layers}`, drawn(2100 + n, layers, 30, { least: 0, most: 1, noise: 20, confidence: 1 }), {
      enumeration: TABLES,
    });
  }
  const held = (layers) => layers.slice(1).map((size) => new Array(size).fill(0.9));
  for (const layers of [
    [10, 1],
    [8, 2, 1],
  ]) {
    add(`held ${layers}`, drawn(3000, layers, 10, { noise: 0, margins: held(layers) }), { stages: ['mw'] });
    add(`P = 127 ${layers}`, drawn(3001, layers, 16, { weightBound: 127, most: 99 }), {
      stages: ['sm', 'mm'],
    });
  }
  for (const [n, upper] of [[1], [4, 1], [4, 4, 1]].entries()) {
    add(`digits 4-9 ${upper}`, digits(4, 9, 4, upper), { stages: ALL, workLimit: 1e7, proof: n === 0 });
    add(`digits 3-8 ${upper}, robust`, robust(digits(3, 8, 3, upper, { linf: 2 }), 2, n), {
      stages: ALL,
      workLimit: 1e7,
    });
    add(`digits 1-7 ${upper}, soft`, soft(robust(digits(1, 7, 3, upper), 1, n), 20), {
      stages: ALL,
      workLimit: 1e7,
    });
  }
  return pins;
}
