import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const exportsText = async (): Promise<string> => {
  const tool = (await import(/* @vite-ignore */ join(root, 'tools', 'exports.mjs'))) as {
    exportsText(): Promise<string>;
  };
  return tool.exportsText();
};

describe('src/engine/exports.ts', () => {
  it('is what the compiler says of the door (after a change: node tools/exports.mjs)', async () => {
    const text = await exportsText();
    expect(readFileSync(join(root, 'src', 'engine', 'exports.ts'), 'utf8')).toBe(text);
  });

  it('has the answers, the stages, the holds and the door itself', async () => {
    const text = await exportsText();
    for (const name of ['RUNNING', 'STAGE_MW', 'HOLD_LOSS', 'CODE_C'])
      expect(text).toMatch(new RegExp(`^export const ${name} = \\d+;$`, 'm'));
    expect(text).toMatch(/^ {2}step\(untilWork: number, most: number\): number;$/m);
    expect(text.match(/\): (number|void);$/gm)?.length).toBeGreaterThan(40);
  });
});
