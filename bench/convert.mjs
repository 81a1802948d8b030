/*
 * Every form of a converted model before the same rows: random models of all kinds (1 to 3 layers, P 1 to 127, 2 to 12 classes, pairs without a
 * network, biases, encodings, features, every vote), each in C under gcc's sanitizers, ONNX, JavaScript, JSON and the library.
 *
 *     node bench/convert.mjs [--models 60] [--rows 10000] [--seed 1]
 *
 * It is test/convert/everywhere.test.ts with larger numbers; the last line is what was asked of whom, and every difference.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    models: { type: 'string', default: '60' },
    rows: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const numbers = [values.models, values.rows, values.seed];
if (numbers.some((text) => !/^\d+$/.test(text))) {
  process.stderr.write('bench: --models, --rows and --seed are whole numbers\n');
  process.exit(2);
}
const run = spawnSync('npx', ['vitest', 'run', 'test/convert/everywhere.test.ts'], {
  cwd: fileURLToPath(new URL('..', import.meta.url)),
  env: { ...process.env, FEWBIT_CONVERT: numbers.join(','), NODE_OPTIONS: '--max-old-space-size=6000' },
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
