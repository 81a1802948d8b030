/* The training problem of two classes of an image set, with the paper's split, straight from the library's parts. */
import { loadData } from '../../dist/data/files/load.js';
import { fewShotRows } from '../../dist/data/split.js';

const loaded = new Map();

/** Data sets by name, read once; `dataDir` holds a folder for each. */
export async function dataSet(name, dataDir) {
  const key = `${dataDir}/${name}`;
  if (!loaded.has(key)) loaded.set(key, (await loadData(name, { dataDir })).train);
  return loaded.get(key);
}

/** `first` answers +1. All samples are kept in MM and MW: on these data SM counts every one. */
export async function pairProblem({ data, dataDir, classes, shots, instance = 0, hidden }) {
  const train = await dataSet(data, dataDir);
  const { rows } = fewShotRows(train, { shots, instance, classes });
  const { values, columns } = train.samples;
  const samples = new Int32Array(rows.length * columns);
  rows.forEach((row, k) => {
    samples.set(values.subarray(row * columns, (row + 1) * columns), k * columns);
  });
  return {
    layers: [columns, ...hidden, 1],
    weightBound: 1,
    epsilon: 0.1,
    samples,
    sampleCount: rows.length,
    labels: Int8Array.from(rows, (row) => (String(train.labels[row]) === classes[0] ? 1 : -1)),
    linf: 0,
  };
}
