import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInstalled } from '../support/programs.js';
import { bin, root, temporaryFolder } from './support.js';

/*
 * docs/deploy.md, block by block in its order: files are written as they stand there, commands are run by a shell. What needs a tool
 * that is not here is skipped, and vitest says so.
 */

const folder = temporaryFolder();
const tools = join(folder, 'bin');
mkdirSync(tools);
writeFileSync(join(tools, 'fewbit'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
chmodSync(join(tools, 'fewbit'), 0o755);
const env = { ...process.env, PATH: [tools, process.env.PATH].join(delimiter) };

interface Block {
  readonly kind: string;
  /** Name of a file, or the tools that a command needs. */
  readonly words: readonly string[];
  readonly text: string;
}

const page = readFileSync(join(root, 'docs', 'deploy.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, kind, words, text]): Block => ({ kind, words: words.split(' ').filter((word) => word !== ''), text }),
);
const commands = blocks.filter(({ kind }) => kind === 'sh');

function isHere(tool: string): boolean {
  if (tool === 'onnxruntime-web') {
    try {
      return createRequire(import.meta.url).resolve(tool) !== '';
    } catch {
      return false;
    }
  }
  return isInstalled(tool);
}

for (const { kind, words, text } of blocks) if (kind !== 'sh') writeFileSync(join(folder, words[0]), text);

describe('docs/deploy.md', { timeout: 240_000 }, () => {
  it('has commands and the files that they need', () => {
    expect(commands.length).toBeGreaterThan(8);
    for (const { kind, words } of blocks) if (kind !== 'sh') expect(words).toHaveLength(1);
  });

  for (const { text, words } of commands) {
    const needed = words.slice(1);
    const isMissing = needed.some((tool) => !isHere(tool)) || (text.startsWith('cc ') && !isHere('cc'));
    const title = text.split('\n')[0];
    it.skipIf(isMissing)(`${title}${needed.length === 0 ? '' : ` (needs ${needed.join(', ')})`}`, () => {
      const ran = spawnSync('bash', ['-euo', 'pipefail', '-c', text], { cwd: folder, env, encoding: 'utf8' });
      expect(ran.status, `${ran.stdout}\n${ran.stderr}`).toBe(0);
    });
  }
});
