import {
  CODE_A,
  CODE_B,
  CODE_C,
  CODE_D,
  CODE_F,
  CODE_G,
  CODE_I,
  CODE_K,
  CODE_L,
  CODE_M,
  CODE_P,
  CODE_R,
  CODE_S,
  CODE_T,
  CODE_U,
  CODE_W,
  CODE_X,
} from '../engine/exports.js';
import type { Hold } from '../problem/solution.js';
import type { StageName } from './types.js';

/**
 * The engine's proof log (assembly/record/log.ts) as lines of the proof file (docs/proof.md).
 *
 * Words: `| code | arguments |`; `m`, `i` and `a` carry `j, scale, count`, `k` and `d` a `count`, and then `count` pairs of row (`d`: conflict)
 * and multiplier.
 */
interface Code {
  readonly name: string;
  /** Plain arguments; -1: multipliers follow a neuron and a scale; -2: nothing but multipliers; -3: a count of triples follows. */
  readonly plain: number;
}
const CODES: ReadonlyMap<number, Code> = new Map([
  [CODE_M, { name: 'm', plain: -1 }],
  [CODE_I, { name: 'i', plain: -1 }],
  [CODE_F, { name: 'f', plain: 1 }],
  [CODE_U, { name: 'u', plain: 0 }],
  [CODE_L, { name: 'l', plain: 0 }],
  [CODE_X, { name: 'x', plain: 0 }],
  [CODE_P, { name: 'p', plain: 2 }],
  [CODE_S, { name: 's', plain: 2 }],
  [CODE_T, { name: 't', plain: 1 }],
  [CODE_W, { name: 'w', plain: 3 }],
  [CODE_B, { name: 'b', plain: 2 }],
  [CODE_R, { name: 'r', plain: 2 }],
  [CODE_C, { name: 'c', plain: 2 }],
  [CODE_A, { name: 'a', plain: -1 }],
  [CODE_G, { name: 'g', plain: -3 }],
  [CODE_K, { name: 'k', plain: -2 }],
  [CODE_D, { name: 'd', plain: -2 }],
]);

/** @param active which of the n0 inputs the engine's input indices stand for */
export function proofLines(words: Int32Array, active: Int32Array): string {
  const lines: string[] = [];
  for (let at = 0; at < words.length; ) {
    const { name, plain } = CODES.get(words[at++]) as Code;
    let line = name;
    if (plain === -3) {
      for (let left = 3 * words[at++]; left > 0; left--) line += ` ${words[at++]}`;
    } else if (plain < 0) {
      if (plain === -1) {
        line += ` ${words[at]}`;
        if (words[at + 1] !== 0) line += ` ${words[at + 1].toString(36)}`;
        at += 2;
      }
      const count = words[at++];
      for (let n = 0; n < count; n++, at += 2) line += ` ${words[at]}:${words[at + 1].toString(36)}`;
    } else if (name === 'w') {
      line += ` ${words[at]} ${active[words[at + 1]]} ${words[at + 2]}`;
      at += 3;
    } else {
      for (let n = 0; n < plain; n++) line += ` ${words[at++]}`;
    }
    lines.push(line);
  }
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/**
 * The block of one stage (docs/proof.md).
 *
 * @param claim in whole units; `null`: there is no network
 * @param argument whole lines, the first names the method
 */
export function blockOf(
  stage: StageName,
  keep: readonly number[],
  hold: Hold,
  claim: number | null,
  argument: string,
): string {
  const head = [`stage ${stage}`];
  if (stage !== 'sm') head.push(['keep', ...keep].join(' '));
  if (stage === 'mw') {
    const held = hold.kind === 'margins' ? hold.margins.flat() : hold.kind === 'loss' ? [hold.most] : [];
    head.push(['hold', hold.kind, ...held].join(' '));
  }
  head.push(`claim ${claim ?? 'none'}`);
  return `${head.join('\n')}\n${argument}end\n`;
}
