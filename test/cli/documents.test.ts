import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.js';
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
