import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CTarget, toC } from '../../src/convert/c/index.js';
import { named } from '../../src/convert/c/names.js';
import type { EnsembleModel } from '../../src/ensemble/model/model.js';
import { InputError } from '../../src/errors.js';
import { root } from '../cli/support.js';
import { someModels } from './models.js';
import { has, STRICT } from './tools.js';

/*
 * The machines that the sources are for, emulated: the self-tests of random models, many in one program. Start-up code and linker
 * script are those of docs/deploy.md.
 */

const folder = mkdtempSync(join(tmpdir(), 'fewbit-boards-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(join(root, 'docs', 'deploy.md'), 'utf8');
function fromPage(file: string): string {
  const text = page.split(`${file}\n`)[1]?.split('```')[0];
  if (text === undefined) throw new Error(`docs/deploy.md has no ${file}`);
  return text;
}

/** A self-test that calls those of all models; the number of the model that fails is the result, from 1. */
function together(targets: readonly CTarget[], into: string): string[] {
  mkdirSync(into, { recursive: true });
  for (const target of targets) {
    for (const { path, content } of target.files()) {
      mkdirSync(dirname(join(into, path)), { recursive: true });
      writeFileSync(join(into, path), content);
    }
  }
  const names = targets.map(({ name }) => name);
  const calls = names.map((name, at) => named(`    if (N_selftest() != 0) return ${at + 1};`, name));
  const declared = names.map((name) => named('int N_selftest(void);', name));
  const all = [
    'int all_selftest(void);',
    ...declared,
    'int all_selftest(void)',
    '{',
    ...calls,
    '    return 0;',
    '}',
    '',
  ];
  writeFileSync(join(into, 'all.c'), all.join('\n'));
  const sources = names.flatMap((name) => [join(into, `${name}.c`), join(into, `${name}_test.c`)]);
  return [...names.map((name) => `-D${name}_NO_MAIN`), join(into, 'all.c'), ...sources];
}

function converted(models: readonly EnsembleModel[], decimals: number | undefined): CTarget[] {
  return models.map((model, at) => {
    const options = {
      name: `m${at}`,
      optimise: at % 2 === 0 ? 'size' : 'speed',
      vote: (['recursive', 'margin', 'paper'] as const)[at % 3],
      radius: at % 3 !== 1,
    } as const;
    try {
      return toC(model, { ...options, decimals: model.image === undefined ? decimals : undefined });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return toC(model, options);
    }
  });
}

const small = (most: number) => (model: EnsembleModel) => model.layers[0] <= most;

describe.skipIf(!has('arm-none-eabi-gcc') || !has('qemu-system-arm'))(
  'Cortex-M',
  { timeout: 240_000 },
  () => {
    it.each([
      ['cortex-m0', 'microbit', '-Os', 41],
      ['cortex-m4', 'mps2-an386', '-O2', 42],
    ])('%s answers as the library does (qemu, %s)', (cpu, machine, level, seed) => {
      const models = someModels(24, seed).filter(small(64)).slice(0, 12);
      expect(models.length).toBeGreaterThan(6);
      const into = join(folder, cpu);
      const sources = together(converted(models, undefined), into);
      writeFileSync(join(into, 'start.c'), fromPage('start.c').replaceAll('digits_selftest', 'all_selftest'));
      writeFileSync(join(into, 'board.ld'), fromPage('board.ld'));
      const strict = STRICT.filter((flag) => flag !== '-std=c99' && flag !== '-Wpedantic');
      const flags = [
        '-std=gnu99',
        ...strict,
        `-mcpu=${cpu}`,
        '-mthumb',
        level,
        '-nostartfiles',
        '-T',
        join(into, 'board.ld'),
      ];
      const elf = join(into, 'all.elf');
      execFileSync('arm-none-eabi-gcc', [...flags, '-o', elf, join(into, 'start.c'), ...sources], {
        stdio: 'pipe',
      });
      const ran = spawnSync(
        'qemu-system-arm',
        ['-M', machine, '-nographic', '-semihosting', '-kernel', elf],
        {
          timeout: 50_000,
        },
      );
      expect(ran.status).toBe(0);
    });
  },
);

describe.skipIf(!has('avr-gcc') || spawnSync('simavr', ['--help']).error !== undefined)(
  'AVR',
  { timeout: 240_000 },
  () => {
    it('an ATmega328P with 2 kB of RAM answers as the library does (simavr)', () => {
      const models = someModels(60, 43, { maxClasses: 4, wide: false }).filter(small(12));
      // Doubles have 32 bits there: what needs them is converted with decimals, or says so.
      const targets = converted(models, 1).filter(({ front }) => front.kind !== 'doubles');
      const chosen = targets.slice(0, 5);
      expect(chosen).toHaveLength(5);
      const into = join(folder, 'avr');
      const sources = together(chosen, into);
      const blink = fromPage('blink.c').replaceAll('plant_selftest', 'all_selftest');
      const lines = blink.split('\n').filter((line) => !line.includes('plant'));
      writeFileSync(join(into, 'board.c'), lines.join('\n'));
      const elf = join(into, 'all.elf');
      const flags = [...STRICT.filter((flag) => flag !== '-Wpedantic'), '-mmcu=atmega328p', '-Os'];
      execFileSync('avr-gcc', [...flags, '-o', elf, join(into, 'board.c'), ...sources], { stdio: 'pipe' });
      const [text, data, bss] = execFileSync('avr-size', [elf])
        .toString()
        .split('\n')[1]
        .trim()
        .split(/\s+/)
        .map(Number);
      expect(text + data).toBeLessThan(32 * 1024);
      expect(data + bss).toBeLessThan(1024);
      const ran = spawnSync('simavr', ['-m', 'atmega328p', '-f', '16000000', elf], {
        timeout: 50_000,
        encoding: 'utf8',
      });
      expect(`${ran.stdout}${ran.stderr}`).toMatch(/(^|[^t]) ?ok /m);
      expect(`${ran.stdout}${ran.stderr}`).not.toContain('not ok');
    });
  },
);
