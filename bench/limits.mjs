// The variants of instances that `fewbit bench` is to race under a limit: a free bias, and few weights other than 0.
//
//     node bench/limits.mjs --out DIR [--nonzeros 3,5,8] [--bias 127] FILE.problem.json ..
//     fewbit bench --suite DIR --rivals highs --time-limit 60
//
// Every file is of a single neuron and names its stage (`known.stage`). The bias is a constant column of 127s with weights from -B to B that nobody
// counts and nothing moves. What was known of the instance is not known of its variants and is left out.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    nonzeros: { type: 'string', default: '3,5,8' },
    bias: { type: 'string', default: '127' },
  },
});

function refuse(text) {
  process.stderr.write(`limits: ${text}\n`);
  process.exit(2);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse(`${file}: ${error.message}`);
  }
}

const limits = values.nonzeros.split(',').map(Number);
const bias = Number(values.bias);
if (values.out === undefined || positionals.length === 0) refuse('say --out DIR and the problem files');
if (!limits.every((k) => Number.isInteger(k) && k >= 0))
  refuse(`--nonzeros: whole numbers, got ${values.nonzeros}`);
if (!Number.isInteger(bias) || bias < 1 || bias > 127) refuse(`--bias: 1 to 127, got ${values.bias}`);

const files = positionals.map((file) => {
  const problem = read(file);
  if (problem.layers.length !== 2) refuse(`${file}: not a single neuron`);
  if (problem.known?.stage === undefined) refuse(`${file}: known.stage is missing`);
  return { file, problem };
});

mkdirSync(values.out, { recursive: true });
for (const { file, problem } of files) {
  const { layers, weightBound, samples, ranges, radii, known, margins: _, ...rest } = problem;
  const [inputs] = layers;
  const boxes = ranges ?? Array.from({ length: inputs }, () => [-weightBound, weightBound]);
  for (const maxNonzero of limits) {
    const variant = {
      ...rest,
      layers: [inputs + 1, 1],
      weightBound,
      samples: samples.map((row) => [...row, 127]),
      ranges: [...boxes, [-bias, bias]],
      ...(radii === undefined ? {} : { radii: [...radii, 0] }),
      free: [...(problem.free ?? []), inputs],
      maxNonzero,
      known: { stage: known.stage },
    };
    const name = `${basename(file, '.problem.json')}-bias-k${maxNonzero}.problem.json`;
    writeFileSync(join(values.out, name), `${JSON.stringify(variant)}\n`);
    process.stdout.write(`${name}\n`);
  }
}
