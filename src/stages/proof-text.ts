/**
 * The engine's proof log (assembly/record/log.ts) as lines of the proof file (docs/proof.md).
 *
 * Words: `| code | arguments |`; `m` and `i` carry `j, scale, count` and then `count` pairs of row and multiplier.
 */
const CODES = ['', 'm', 'i', 'f', 'u', 'l', 'x', 'p', 's', 't', 'w', 'b', 'r', 'c'] as const;
/** Plain arguments of a code; -1: multipliers follow. */
const ARGUMENTS: Readonly<Record<string, number>> = {
  m: -1,
  i: -1,
  f: 1,
  u: 0,
  l: 0,
  x: 0,
  p: 2,
  s: 2,
  t: 1,
  w: 3,
  b: 2,
  r: 2,
  c: 2,
};

/** @param active which of the n0 inputs the engine's input indices stand for */
export function proofLines(words: Int32Array, active: Int32Array): string {
  const lines: string[] = [];
  for (let at = 0; at < words.length; ) {
    const name = CODES[words[at++]];
    const plain = ARGUMENTS[name];
    let line: string = name;
    if (plain < 0) {
      line += ` ${words[at]}`;
      if (words[at + 1] !== 0) line += ` ${words[at + 1].toString(36)}`;
      const count = words[at + 2];
      at += 3;
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
