import { describe, expect, it } from 'vitest';
import { TRAIN_OPTION_NAMES } from '../src/ensemble/train/train-options.js';
import { checkChoice, checkNumber, checkSwitch, isWithin, type NumberRow } from '../src/option-rows.js';
import {
  checkedChoice,
  checkedNumber,
  named,
  OPTIONS,
  type OptionName,
  optionRow,
  SOLVE_OPTIONS,
  TRAIN_OPTIONS,
} from '../src/options.js';
import { DATA_OPTIONS } from '../src/options-data.js';
import { MODEL_OPTIONS } from '../src/options-models.js';
import { QUEUE_OPTIONS } from '../src/options-queue.js';
import { SOLVING_OPTIONS } from '../src/options-solving.js';
import { TRAINING_OPTIONS } from '../src/options-training.js';
import { STAGE_NAMES } from '../src/stage-list.js';

const names = Object.keys(OPTIONS) as OptionName[];

describe('numbers of the table', () => {
  it('are of the kind and in the range, and nothing else is', () => {
    const { seed, tolerance, shots, timeLimit } = OPTIONS;
    for (const value of [0, 7, 2 ** 32 - 1]) expect(isWithin(seed, value), String(value)).toBe(true);
    const none = [-1, 0.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, 1n, [1]];
    for (const value of none) expect(isWithin(seed, value), String(value)).toBe(false);
    for (const value of [0, 0.25, 1]) expect(isWithin(tolerance, value)).toBe(true);
    for (const value of [-1e-9, 1.0000001, '0.5', Number.NaN]) expect(isWithin(tolerance, value)).toBe(false);
    expect(isWithin(shots, 2 ** 53)).toBe(false); // no safe integer
    expect(isWithin(timeLimit, 1e300)).toBe(true);
    expect(isWithin(timeLimit, 11, 10)).toBe(false); // narrowed
  });

  it('are refused by name, with range and what was given', () => {
    const row: NumberRow = { kind: 'number', flag: '--n <N>', help: '', whole: true, least: 2 };
    expect(checkNumber(row, 'n', 7)).toBe(7);
    expect(() => checkNumber(row, 'n', 1)).toThrow('n: must be a whole number >= 2, got 1');
    expect(() => checkNumber({ ...row, most: 9, whole: false }, 'n', 'x')).toThrow(
      'n: must be a number in 2..9, got "x"',
    );
    expect(() => checkedNumber('timeLimit', 11, 10)).toThrow('timeLimit: must be a number in 0..10, got 11');
    expect(checkedNumber('tolerance', undefined)).toBe(0);
  });
});

describe('choices and switches of the table', () => {
  it('are taken as they are, and refused by name', () => {
    expect(checkedChoice('scaling', undefined)).toBe('auto');
    expect(checkedChoice('scaling', 'range')).toBe('range');
    expect(() => checkedChoice('objective', 'best' as never)).toThrow(
      'objective: expected bemi or robust, got "best"',
    );
    expect(() => checkChoice({ choices: ['a', 'b', 'c'] }, 'x', ['a'])).toThrow(
      'x: expected a, b or c, got an array of 1',
    );
    expect(checkSwitch('on', true)).toBe(true);
    expect(() => checkSwitch('on', 1)).toThrow('on: expected true or false, got 1');
  });
});

describe('the table', () => {
  it('has every option in one of its parts, and in no other', () => {
    const parts = [DATA_OPTIONS, TRAINING_OPTIONS, MODEL_OPTIONS, SOLVING_OPTIONS, QUEUE_OPTIONS];
    expect(parts.flatMap((part) => Object.keys(part)).sort()).toEqual([...names].sort());
  });

  it('names every option as its flag does', () => {
    for (const name of names) {
      const [, long] = /^--([a-z-]+)/.exec(optionRow(name).flag) ?? [];
      expect(long.replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase())).toBe(name);
    }
  });

  it('has defaults that are values', () => {
    let looked = 0;
    for (const name of names) {
      const row = optionRow(name);
      if (row.kind !== 'number' && row.kind !== 'choice') continue;
      if (row.default === undefined) continue;
      looked++;
      if (row.kind === 'number') expect(isWithin(row, row.default), name).toBe(true);
      else expect(row.choices, name).toContain(row.default);
    }
    expect(looked).toBeGreaterThan(8);
  });

  it('lists the stages that there are', () => {
    expect(OPTIONS.stage.choices).toEqual(STAGE_NAMES);
  });

  it('has what the library takes, with nothing missing', () => {
    expect(Object.keys(named(TRAIN_OPTIONS))).toEqual([...TRAIN_OPTIONS]);
    expect(TRAIN_OPTION_NAMES).toMatchObject(named(TRAIN_OPTIONS));
    for (const name of [...TRAIN_OPTIONS, ...SOLVE_OPTIONS]) expect(OPTIONS).toHaveProperty(name);
  });
});
