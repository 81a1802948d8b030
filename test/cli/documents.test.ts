import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
import { OPTIONS, type OptionName, optionRow } from '../../src/options.js';
import { root } from './support.js';

const program = createProgram(() => {});
const cliPage = readFileSync(join(root, 'docs', 'cli.md'), 'utf8');
const pages = ['README.md', 'docs/cli.md'].map(
  (name) => [name, readFileSync(join(root, name), 'utf8')] as const,
);

function sectionOf(command: Command): string {
  return cliPage.split(/^## /m).find((section) => section.startsWith(`fewbit ${command.name()}\n`)) ?? '';
}

function longNames(command: Command): string[] {
  return command.options.map((option) => option.long ?? '').sort();
}

describe('docs/cli.md', () => {
  it.each(program.commands.map((command) => [command.name(), command] as const))(
    'lists exactly the options of %s',
    (_name, command) => {
      const rows = sectionOf(command)
        .split('\n')
        .filter((line) => line.startsWith('| `--'))
        .map((line) => line.split('|')[1]);
      const documented = rows
        .flatMap((cell) => [...cell.matchAll(/--[a-z-]+/g)].map((match) => match[0]))
        .sort();
      expect(documented).toEqual(longNames(command));
    },
  );
});

describe('the table of options', () => {
  const nameOf = (long: string) =>
    long.slice(2).replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase()) as OptionName;
  const uses = program.commands.flatMap((command) =>
    command.options
      .filter(({ long }) => long !== '--help')
      .map((option) => ({ command, option, name: nameOf(option.long ?? '') })),
  );

  it('is what commands are made of, all of it', () => {
    expect(new Set(uses.map(({ name }) => name))).toEqual(new Set(Object.keys(OPTIONS)));
  });

  it.each(uses.map((use) => [use.command.name(), use.option.flags, use] as const))(
    'in %s: %s is on the page as it is given, with choices and default, and takes its range',
    (_command, flags, { command, option, name }) => {
      const row = optionRow(name);
      const line = sectionOf(command)
        .split('\n')
        .find((text) => text.startsWith('| ') && text.includes(`\`${flags}\``));
      expect(line).toBeDefined();
      const isElsewhere = /as in `train`/.test(line ?? '');
      if (row.kind === 'choice') {
        expect(option.argChoices).toEqual(row.choices);
        for (const choice of row.choices) if (!isElsewhere) expect(line).toContain(`\`${choice}\``);
        expect(() => option.parseArg?.('no such thing', undefined as never)).toThrow();
      }
      if (row.kind !== 'number') return;
      if (row.default !== undefined && option.description.includes(row.help.split('{}')[0])) {
        const says = new RegExp(`default: ${row.default}\\b`, 'i');
        expect(option.description).toMatch(says);
        if (!isElsewhere) expect(line).toMatch(says);
      }
      const parse = (value: number) => option.parseArg?.(String(value), undefined as never);
      expect(parse(row.least)).toBe(row.least);
      expect(() => parse(row.least - 1)).toThrow();
      if (row.most !== undefined) {
        expect(parse(row.most)).toBe(row.most);
        expect(() => parse((row.most as number) + 1)).toThrow();
      }
      if (row.whole) expect(() => parse(row.least + 0.5)).toThrow();
    },
  );
});

describe('every command shown', () => {
  const shown = pages.flatMap(([page, text]) =>
    [...text.matchAll(/^ {4}fewbit (.+)$/gm)].map((match) => [page, match[1]] as const),
  );

  it('is found by this test', () => {
    expect(shown.length).toBeGreaterThan(15);
  });

  it.each(shown)('in %s: fewbit %s', (_page, line) => {
    const [name, ...args] = line.split(' ');
    const command = program.commands.find((candidate) => candidate.name() === name);
    expect(command).toBeDefined();
    // Parses and checks every option and its value without running the command.
    expect(command?.parseOptions(args).unknown).toEqual([]);
  });
});
