import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/support.js';

/** All pages that people read: README, CONTRIBUTING, the examples' and docs/. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  'examples/microcontroller/README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
    .sort(),
];

export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

export interface Block {
  /** The word behind the fence, `indented`, or `` of a fence without one. */
  readonly kind: string;
  /** What else stands behind the fence: a name, or `needs` and programs. */
  readonly words: readonly string[];
  readonly text: string;
}

/** Every block of code of a page, fenced or indented by four blanks, in its order. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let fence: { kind: string; words: string[] } | undefined;
  let lines: string[] = [];
  let before = '';
  const close = (kind: string, words: readonly string[]): void => {
    if (lines.some((line) => line.trim() !== ''))
      blocks.push({ kind, words, text: `${lines.join('\n').trimEnd()}\n` });
    lines = [];
  };
  for (const line of textOf(page).split('\n')) {
    if (fence !== undefined) {
      if (line !== '```') lines.push(line);
      else {
        close(fence.kind, fence.words);
        fence = undefined;
      }
    } else if (line.startsWith('```')) {
      close('indented', []);
      const [kind = '', ...words] = line.slice(3).split(' ');
      fence = { kind, words };
    } else if (line.startsWith('    ') && (lines.length > 0 || before === '')) lines.push(line.slice(4));
    // An empty line is in the middle of a block or its end.
    else if (line === '' && lines.length > 0) lines.push('');
    else close('indented', []);
    before = line;
  }
  close('indented', []);
  return blocks;
}
