/*
 * What a converted model asks of a board: flash, stack, and what one inference costs.
 *
 *     node bench/boards.mjs MODEL --data D [--board cortex-m0|atmega328p] [--vote V] [--decimals N] [--rows 3]
 *
 * For both `--optimise size` (compiled with -Os) and `speed` (-O2). Instructions of a Cortex-M0 are counted by qemu one by one: what a program
 * that asks twice executes more than one that asks once. Cycles of an ATmega328P are those of its own 16-bit timer in simavr. Rows are the first of
 * the test part of D; the largest count is shown. docs/deploy.md's start-up code and linker script.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { toC } from '../dist/convert/c/index.js';
import { inputValue } from '../dist/convert/front.js';
import { loadJudged } from '../dist/data/files/load.js';
import { EnsembleClassifier } from '../dist/ensemble/predict/classifier.js';
import { textTable } from './lib/table.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    board: { type: 'string', default: 'cortex-m0' },
    vote: { type: 'string', default: 'paper' },
    decimals: { type: 'string' },
    rows: { type: 'string', default: '3' },
  },
});
const ARM = ['-std=gnu99', '-mcpu=cortex-m0', '-mthumb'];
const AVR = ['-std=c99', '-mmcu=atmega328p'];
if (
  positionals.length !== 1 ||
  flags.data === undefined ||
  !['cortex-m0', 'atmega328p'].includes(flags.board)
) {
  process.stderr.write('boards: a model, --data, and --board cortex-m0 or atmega328p\n');
  process.exit(2);
}
const isArm = flags.board === 'cortex-m0';
const [path] = positionals;
const file = path.endsWith('.json') ? path : join(path, 'model.json');
const classifier = EnsembleClassifier.load(readFileSync(file, 'utf8'), file);
const { model } = classifier;
const page = readFileSync(new URL('../docs/deploy.md', import.meta.url), 'utf8');
const fromPage = (name) => page.split(`${name}\n`)[1].split('```')[0];

const folder = mkdtempSync(join(tmpdir(), 'fewbit-boards-'));
try {
  const data = await loadJudged(flags.data, model, {});
  const { values, columns } = data.samples;
  const table = [['optimise', 'flash', 'static RAM', 'stack at most', isArm ? 'instructions' : 'cycles']];
  for (const optimise of ['size', 'speed']) {
    const decimals = flags.decimals === undefined ? undefined : Number(flags.decimals);
    const target = toC(model, { name: 'm', vote: flags.vote, decimals, optimise });
    for (const { path: name, content } of target.files()) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const level = optimise === 'size' ? '-Os' : '-O2';
    let most = 0;
    for (let row = 0; row < Number(flags.rows); row++) {
      const given = Array.from(values.subarray(row * columns, (row + 1) * columns), (v) =>
        inputValue(target.front, v),
      );
      most = Math.max(most, isArm ? instructions(given, level) : cycles(given, level));
    }
    table.push([optimise, ...size(level), String(most)]);
  }
  process.stdout.write(`${textTable(table)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Flash, static RAM and the frames of all functions, of the model's source alone. */
function size(level) {
  const [compiler, tool, base] = isArm
    ? ['arm-none-eabi-gcc', 'arm-none-eabi-size', ARM]
    : ['avr-gcc', 'avr-size', AVR];
  const object = join(folder, 'm.o');
  execFileSync(compiler, [...base, level, '-fstack-usage', '-c', join(folder, 'm.c'), '-o', object]);
  const line = execFileSync(tool, [object]).toString().split('\n')[1].trim();
  const [text, data, bss] = line.split(/\s+/).map(Number);
  const frames = readFileSync(join(folder, 'm.su'), 'utf8').split('\n');
  const stack = frames.reduce((sum, frame) => sum + (Number(frame.split('\t')[1]) || 0), 0);
  return [String(text + data), String(data + bss), String(stack)];
}

function instructions(row, level) {
  writeFileSync(join(folder, 'start.c'), fromPage('start.c').replaceAll('digits_selftest', 'ask'));
  writeFileSync(join(folder, 'board.ld'), fromPage('board.ld'));
  const counted = (times) => {
    writeFileSync(
      join(folder, 'ask.c'),
      `#include "m.h"
static const m_input_t row[m_INPUTS] = { ${row.join(', ')} };
volatile int times = ${times};
int ask(void);
int ask(void)
{
    int k;
    for (k = 0; k < ${times}; k++) times = m_predict(row);
    return 0;
}
`,
    );
    const elf = join(folder, 'ask.elf');
    const sources = ['start.c', 'ask.c', 'm.c'].map((name) => join(folder, name));
    execFileSync('arm-none-eabi-gcc', [
      ...ARM,
      level,
      '-nostartfiles',
      '-T',
      join(folder, 'board.ld'),
      '-o',
      elf,
      ...sources,
    ]);
    const log = join(folder, 'log');
    const run = ['-M', 'microbit', '-nographic', '-semihosting', '-kernel', elf, '-singlestep'];
    const ran = spawnSync('qemu-system-arm', [...run, '-d', 'exec,nochain', '-D', log], { timeout: 600_000 });
    if (ran.status !== 0) throw new Error(`qemu ended with ${ran.status}: ${ran.stderr}`);
    const lines = Number(execFileSync('grep', ['-c', '^Trace', log]).toString());
    rmSync(log);
    return lines;
  };
  return counted(2) - counted(1);
}

function cycles(row, level) {
  const text = `#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>
#include <stdlib.h>
#include "m.h"
static volatile int found;
static void say(const char *text)
{
    for (; *text != 0; text++) {
        while ((UCSR0A & (1 << UDRE0)) == 0) {
        }
        UDR0 = (uint8_t)*text;
    }
}
int main(void)
{
    static const m_input_t row[m_INPUTS] = { ${row.join(', ')} };
    char digits[12];
    uint16_t began, ended;
    UCSR0B = 1 << TXEN0;
    TCCR1B = 1 << CS10;
    began = TCNT1;
    found = m_predict(row);
    ended = TCNT1;
    say("cycles=");
    say(ultoa((unsigned long)(uint16_t)(ended - began), digits, 10));
    say((TIFR1 & (1 << TOV1)) != 0 ? "+\\n" : "\\n");
    cli();
    sleep_mode();
    return 0;
}
`;
  writeFileSync(join(folder, 'ask.c'), text);
  const elf = join(folder, 'ask.elf');
  execFileSync('avr-gcc', [...AVR, level, '-o', elf, join(folder, 'ask.c'), join(folder, 'm.c')]);
  const ran = spawnSync('simavr', ['-m', 'atmega328p', '-f', '16000000', elf], {
    timeout: 60_000,
    encoding: 'utf8',
  });
  const found = /cycles=(\d+)(\+?)/.exec(`${ran.stdout}${ran.stderr}`);
  if (found === null) throw new Error('simavr has said nothing');
  if (found[2] === '+') throw new Error('more than 65,535 cycles: the timer has gone round');
  return Number(found[1]);
}
