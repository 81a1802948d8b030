import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { sfc32 } from '../../../src/random.js';
import { solve } from '../../../src/stages/solve.js';
import type { Solution } from '../../../src/stages/types.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { freshEngine } from '../../engine/support.js';

/** A run with its proof, whose text the tests then ruin. */
interface Case {
  readonly name: string;
  readonly problem: TrainingProblem;
  readonly solution: Solution;
  readonly text: string;
}

const SEED = 20261125;
const cases: Case[] = [];

beforeAll(async () => {
  const engine = await freshEngine();
  engine.setEnumerationLimit(0);
  const random = sfc32(SEED);
  const shapes = [
    { name: 'one neuron', layers: [14, 1] },
    { name: 'hidden layers', layers: [14, 2, 1] },
    { name: 'robust, one neuron', layers: [9, 1], objective: { kind: 'robust' as const } },
    { name: 'robust, hidden layers', layers: [9, 2, 1], objective: { kind: 'robust' as const } },
  ];
  for (const { name, ...shape } of shapes) {
    const rows = Array.from({ length: 8 }, () =>
      Array.from({ length: shape.layers[0] }, () => (random() % 15) - 7),
    );
    const problem = problemOf(rows, [1, -1, 1, -1, 1, -1, 1, -1], { linf: 1, ...shape });
    let text = '';
    const solution = solve(engine, problem, {
      workLimit: 3e7,
      proof: (more) => {
        text += more;
      },
    });
    expect(text).toMatch(/\nmethod tree\n./);
    cases.push({ name, problem, solution, text });
  }
}, 60_000);

const HUGE = [
  '9'.repeat(15),
  '9'.repeat(16),
  '1'.repeat(100_000),
  '-1',
  '-0',
  '1e308',
  'NaN',
  '0x10',
  'zzzzzzzzzz',
];

/** What happens to files, and what somebody could do to one. */
function ruin(text: string, random: () => number): string {
  const pick = (count: number) => random() % count;
  const lines = text.split('\n');
  const at = pick(lines.length);
  switch (pick(9)) {
    case 0:
      return text.slice(0, pick(text.length));
    case 1:
      return lines.toReversed().join('\n');
    case 2: {
      for (let n = 0; n < 20; n++) lines.push(...lines.splice(pick(lines.length), 1));
      return lines.join('\n');
    }
    case 3: {
      const numbers = [...text.matchAll(/[0-9a-z]+/g)];
      const number = numbers[pick(numbers.length)];
      return (
        text.slice(0, number.index) + HUGE[pick(HUGE.length)] + text.slice(number.index + number[0].length)
      );
    }
    case 4: {
      const bytes = Array.from({ length: 1 + pick(2000) }, () => String.fromCharCode(pick(256)));
      const cut = pick(text.length);
      return text.slice(0, cut) + bytes.join('') + text.slice(cut + (pick(2) === 0 ? 0 : bytes.length));
    }
    case 5:
      return lines.toSpliced(at, 0, ...Array<string>(20_000).fill(lines[at])).join('\n');
    case 6:
      return lines.toSpliced(at, 1, `m 0 ${'0:1 '.repeat(200_000)}`).join('\n');
    case 7:
      return text.replaceAll('\n', ['\r\n', ' \n', '\n\n', '\t\n'][pick(4)]);
    default:
      return lines.toSpliced(pick(lines.length), 0, ...lines.slice(at)).join('\n');
  }
}

describe('a ruined proof file', () => {
  it(`is refused in one readable line, at once, or still proves what is so (seed ${SEED})`, {
    timeout: 240_000,
  }, () => {
    const random = sfc32(SEED + 1);
    let refused = 0;
    let slowest = 0;
    for (const { name, problem, solution, text } of cases) {
      const whole = verifyProof(problem, solution, text.slice(0, -1).split('\n'));
      expect(
        whole.stages.every(({ holds }) => holds),
        name,
      ).toBe(true);
      for (let turn = 0; turn < 150; turn++) {
        const ruined = ruin(text, random).replace(/\n$/, '');
        const began = performance.now();
        const result = verifyProof(problem, solution, ruined.split('\n'));
        slowest = Math.max(slowest, performance.now() - began);
        const reasons = [...result.stages.map(({ reason }) => reason), result.fault];
        for (const reason of reasons) {
          if (reason === undefined) continue;
          expect(reason).toMatch(/^[ -~]{1,300}$/);
        }
        for (const { stage, claim, holds } of result.stages) {
          const objective = solution.stages.find((one) => one.stage === stage)?.objective;
          if (!holds || claim === null || objective == null) continue;
          if (stage === 'mw') expect(claim).toBeLessThanOrEqual(objective);
          else expect(claim).toBeGreaterThanOrEqual(objective);
        }
        const wrong = result.fault !== undefined || result.stages.some(({ holds }) => !holds);
        if (wrong) refused++;
      }
    }
    expect(refused).toBeGreaterThan(400);
    expect(slowest).toBeLessThan(10_000); // milliseconds; some tens where nobody else works
  });
});
