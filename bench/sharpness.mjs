/*
 * How sharp the judges are: faults of engine, verifier and checker (bench/lib/faults.mjs), planted one at a time in a copy, and who
 * finds each, after how many problems:
 *
 *     node bench/sharpness.mjs [--only engine,row-classes] [--range 0-9] [--problems 2000] [--seconds 120] [--suite|--missed] [--json]
 *
 * Judges, until one has found it: the fuzzer, for so many problems and seconds of processor time; for the verifier attacks with changed and made
 * up proofs; with --suite the tests that stand beside the faulty file, and for the engine those that run it on cases with known answers.
 * All faults of the engine are planted in one build, beside the sound text (bench/lib/plant.mjs); FEWBIT_PLANTED says which is run. --missed: only for faults
 * that the fuzzer does not find the suite is asked, too. --range: of those that --only leaves, by number. A fault that nobody finds is either
 * harmless or a hole in the judges: the list says which have been looked at.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transformSync } from 'esbuild';
import { FAULTS } from './lib/faults.mjs';
import { plantAll, switchModule } from './lib/plant.mjs';
import { textTable } from './lib/table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    range: { type: 'string', default: '0-999' },
    problems: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    suite: { type: 'boolean', default: false },
    missed: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const wanted = values.only.split(',');
const [first, last] = values.range.split('-').map(Number);
const faults = FAULTS.filter((fault) =>
  wanted.some((part) => `${fault.of} ${fault.file} ${fault.what}`.includes(part)),
).slice(first, last + 1);

const PLANTED = 'assembly/base/planted.ts';
const copy = mkdtempSync(join(tmpdir(), 'fewbit-sharpness-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
for (const part of ['src', 'assembly', 'test', 'dist'])
  cpSync(join(root, part), join(copy, part), { recursive: true });
for (const file of [
  'asconfig.json',
  'package.json',
  'vitest.config.ts',
  'tsconfig.json',
  'tsconfig.build.json',
]) {
  cpSync(join(root, file), join(copy, file));
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
mkdirSync(join(copy, 'bench'), { recursive: true });
cpSync(join(root, 'bench/lib'), join(copy, 'bench/lib'), { recursive: true });
cpSync(join(root, 'bench/proof-attacks.mjs'), join(copy, 'bench/proof-attacks.mjs'));
const numbers = plantedEngine();

const results = faults.map((fault) => {
  const result = tried(fault);
  const { of, what, by, problems, text = '' } = result;
  const after = problems === undefined ? '' : ` after ${problems} problems`;
  process.stderr.write(`${of}: ${what}: ${by.join('+') || 'NOBODY'}${after}: ${text.slice(0, 80)}\n`);
  return result;
});
const found = results.filter(({ by }) => by.length > 0);
const counts = found
  .flatMap(({ problems }) => (problems === undefined ? [] : [problems]))
  .sort((a, b) => a - b);
const summary = {
  faults: results.length,
  found: found.length,
  byFuzz: results.filter(({ by }) => by.includes('fuzz')).length,
  median: counts[(counts.length - 1) >> 1] ?? null,
  worst: counts.at(-1) ?? null,
};
if (values.json) process.stdout.write(`${JSON.stringify({ results, summary }, null, 2)}\n`);
else {
  const rows = results.map(({ of, file, what, by, problems, text }) => [
    ...[of, file.replace(/^(assembly|src\/verify)\//, ''), what, by.join('+') || 'NOBODY'],
    ...[problems === undefined ? '-' : String(problems), (text ?? '').slice(0, 60)],
  ]);
  process.stdout.write(
    `${textTable([['of', 'file', 'fault', 'found by', 'problems', 'first words'], ...rows], 4)}\n\n`,
  );
  process.stdout.write(
    `${summary.found} of ${summary.faults} found, ${summary.byFuzz} by fuzzing: median ${summary.median} problems, worst ${summary.worst}\n`,
  );
}

/**
 * The engine with all the faults that are asked for, and a host that says which is run.
 *
 * @returns their numbers
 */
function plantedEngine() {
  const asked = faults.filter(({ of }) => of === 'engine').map((fault, n) => ({ id: n + 1, fault }));
  const known = new Map();
  if (asked.length === 0) return known;
  for (const file of new Set(asked.map(({ fault }) => fault.file))) {
    const own = asked.filter(({ fault }) => fault.file === file);
    const { text, done } = plantAll(
      readFileSync(join(root, file), 'utf8'),
      own.map(({ id, fault }) => ({ id, ...fault })),
    );
    const to = posix.relative(posix.dirname(file), 'assembly/base/planted');
    writeFileSync(
      join(copy, file),
      `import { planted } from '${to.startsWith('.') ? to : `./${to}`}';\n${text}`,
    );
    for (const { id, fault } of own) if (done.includes(id)) known.set(fault, id);
  }
  writeFileSync(join(copy, PLANTED), switchModule());
  const door = join(copy, 'assembly/door.ts');
  writeFileSync(door, `${readFileSync(door, 'utf8')}\nexport { setPlanted } from './base/planted';\n`);
  const host = join(copy, 'src/engine/engine.ts');
  const begins = 'const instance = await WebAssembly.instantiate(module, { env: { memory, abort } });';
  const parts = readFileSync(host, 'utf8').split(begins);
  if (parts.length !== 2) throw new Error(`src/engine/engine.ts: ${begins} stands ${parts.length - 1} times`);
  const told = '(instance.exports as any).setPlanted(Number(process.env.FEWBIT_PLANTED ?? 0));';
  writeFileSync(host, `${parts[0]}${begins}\n    ${told}${parts[1]}`);
  const broken = builtEngine() ?? built('src/engine/engine.ts');
  if (broken !== undefined) throw new Error(`the engine with all faults does not build: ${broken}`);
  return known;
}

/** One fault: planted, built, judged, taken away. */
function tried(fault) {
  if (fault.of === 'engine') {
    const number = numbers.get(fault);
    if (number === undefined) return { ...fault, by: [], text: 'cannot be planted: amend the list' };
    process.env.FEWBIT_PLANTED = String(number);
    writeFileSync(join(copy, PLANTED), switchModule(number));
    const result = judged(fault);
    process.env.FEWBIT_PLANTED = '0';
    writeFileSync(join(copy, PLANTED), switchModule());
    return result;
  }
  const path = join(copy, fault.file);
  const sound = readFileSync(join(root, fault.file), 'utf8');
  const parts = sound.split(fault.from);
  if (parts.length !== 2)
    return { ...fault, by: [], text: `stands ${parts.length - 1} times: amend the list` };
  writeFileSync(path, parts.join(fault.to));
  try {
    const broken = built(fault.file);
    if (broken !== undefined) return { ...fault, by: [], text: `does not build: ${broken}` };
    return judged(fault);
  } finally {
    writeFileSync(path, sound);
    built(fault.file);
  }
}

function builtEngine() {
  const asc = join(root, 'node_modules/assemblyscript/bin/asc.js');
  const run = spawnSync(process.execPath, [asc, 'assembly/door.ts', '--target', 'release'], {
    cwd: copy,
    encoding: 'utf8',
  });
  return run.status === 0 ? undefined : run.stderr.slice(-300);
}

function built(file) {
  const { code } = transformSync(readFileSync(join(copy, file), 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'es2022',
  });
  const output = join(copy, 'dist', file.replace(/^src\//, '').replace(/\.ts$/, '.js'));
  if (!existsSync(dirname(output))) return `no ${dirname(output)}`;
  writeFileSync(output, code);
  return undefined;
}

function judged(fault) {
  const by = [];
  const node = (...args) =>
    spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const fuzz = node(
    join(copy, 'bench/lib/first-failure.mjs'),
    join(copy, 'dist'),
    values.problems,
    values.seconds,
    values.seed,
  );
  const said =
    fuzz.status === 0
      ? JSON.parse(fuzz.stdout)
      : { kind: 'crash', text: fuzz.stderr.slice(-200), problems: 0 };
  if (said.kind !== undefined) by.push('fuzz');
  let { text } = said;
  if (by.length === 0 && fault.of === 'verifier') {
    const attacks = node(join(copy, 'bench/proof-attacks.mjs'), '--mutated', '2000', '--invented', '2000');
    if (attacks.status === 1) {
      by.push('attacks');
      text =
        attacks.stdout.split('\n').find((line) => /accepted|false/i.test(line)) ??
        attacks.stdout.slice(0, 80);
    } else if (attacks.status !== 0) text = `attacks: ${attacks.stderr.slice(-120)}`;
  }
  if (values.suite || (values.missed && by.length === 0)) {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    for (const tests of testsBeside(fault)) {
      const suite = node(vitest, 'run', ...tests, '--bail', '1');
      if (suite.status === 0) continue;
      by.push('suite');
      text ??= /FAIL\s+(.*)/.exec(suite.stdout)?.[1] ?? suite.stdout.slice(-120);
      break;
    }
  }
  return { ...fault, by, text, ...(said.kind === undefined ? {} : { problems: said.problems }) };
}

/** The tests of the suite that a fault can meet, in the order in which they are asked: those that compile nothing first. */
function testsBeside({ of, file }) {
  if (of === 'verifier') return [['test/verify/proof']];
  if (of === 'checker') return [['test/verify']];
  let own = file;
  do own = dirname(own);
  while (!existsSync(join(copy, 'test', own)));
  const known = [
    'cases',
    'engine/brute',
    'engine/evaluate',
    'engine/min-weight',
    'engine/robust',
    'engine/soft',
  ];
  return [known.map((name) => `test/${name}.test.ts`), [`test/${own}/`]];
}
