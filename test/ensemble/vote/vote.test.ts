import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPairs, countOfPairs, pairIndex } from '../../../src/ensemble/pair-order.js';
import type { CountingRule } from '../../../src/ensemble/types.js';
import {
  countVotes,
  NO_LABEL,
  type OutcomeCode,
  outcomeCode,
  vote,
} from '../../../src/ensemble/vote/vote.js';

/** Answers written as duels, `'0>1 2>0 1>2'`: who beats whom; a pair not named abstains. */
function duels(text: string, classCount: number): Int8Array {
  const answers = new Int8Array(countOfPairs(classCount));
  for (const duel of text.split(' ').filter(Boolean)) {
    const [winner, loser] = duel.split('>').map(Number);
    const index = pairIndex(Math.min(winner, loser), Math.max(winner, loser), classCount);
    answers[index] = winner < loser ? 1 : -1;
  }
  return answers;
}

interface Case {
  readonly name: string;
  readonly classes: number;
  readonly duels: string;
  readonly votes: number[];
  /** Winner under each rule; `NO_LABEL` for none. */
  readonly paper: number;
  readonly recursive: number;
  /** Outcome code of the paper rule for truth 0, 1, .. */
  readonly codes: OutcomeCode[];
  /** The same for the recursive rule, where it differs. */
  readonly recursiveCodes?: OutcomeCode[];
}

/** Worked out on paper from design section 1. */
const TABLE: Case[] = [
  {
    name: 'two classes, first',
    classes: 2,
    duels: '0>1',
    votes: [1, 0],
    paper: 0,
    recursive: 0,
    codes: [0, 6],
  },
  {
    name: 'two classes, second',
    classes: 2,
    duels: '1>0',
    votes: [0, 1],
    paper: 1,
    recursive: 1,
    codes: [6, 0],
  },
  {
    name: 'two classes, no network',
    classes: 2,
    duels: '',
    votes: [0, 0],
    paper: NO_LABEL,
    recursive: NO_LABEL,
    codes: [3, 3],
  },
  {
    name: 'three classes, unique',
    classes: 3,
    duels: '1>0 0>2 1>2',
    votes: [1, 2, 0],
    paper: 1,
    recursive: 1,
    codes: [6, 0, 6],
  },
  {
    name: 'three classes, a circle',
    classes: 3,
    duels: '0>1 1>2 2>0',
    votes: [1, 1, 1],
    paper: NO_LABEL,
    recursive: NO_LABEL,
    codes: [3, 3, 3],
  },
  {
    name: 'four classes, unique',
    classes: 4,
    duels: '2>0 2>1 2>3 0>1 0>3 1>3',
    votes: [2, 1, 3, 0],
    paper: 2,
    recursive: 2,
    codes: [6, 6, 0, 6],
  },
  {
    name: 'four classes, tie of two: their own network decides',
    classes: 4,
    duels: '0>1 0>2 3>0 1>2 1>3 2>3',
    votes: [2, 2, 1, 1],
    paper: 0,
    recursive: 0,
    codes: [1, 2, 5, 5],
  },
  {
    name: 'four classes, tie of two the other way',
    classes: 4,
    duels: '1>0 0>2 0>3 1>2 3>1 2>3',
    votes: [2, 2, 1, 1],
    paper: 1,
    recursive: 1,
    codes: [2, 1, 5, 5],
  },
  {
    name: 'four classes, tie of the last two',
    classes: 4,
    duels: '0>1 2>0 3>0 1>2 3>1 2>3',
    votes: [1, 1, 2, 2],
    paper: 2,
    recursive: 2,
    codes: [5, 5, 1, 2],
  },
  {
    name: 'four classes, three tied in a circle above the last',
    classes: 4,
    duels: '0>1 1>2 2>0 0>3 1>3 2>3',
    votes: [2, 2, 2, 0],
    paper: NO_LABEL,
    recursive: NO_LABEL,
    codes: [3, 3, 3, 4],
  },
  {
    name: 'five classes, all tied',
    classes: 5,
    duels: '0>1 0>2 1>2 1>3 2>3 2>4 3>4 3>0 4>0 4>1',
    votes: [2, 2, 2, 2, 2],
    paper: NO_LABEL,
    recursive: NO_LABEL,
    codes: [3, 3, 3, 3, 3],
  },
  {
    name: 'five classes, tie of two',
    classes: 5,
    duels: '0>1 0>2 1>2 3>0 0>4 1>3 1>4 2>3 2>4 4>3',
    votes: [3, 3, 2, 1, 1],
    paper: 0,
    recursive: 0,
    codes: [1, 2, 5, 5, 5],
  },
  {
    // 0: beats 1, 2, 5; 1: 2, 3, 4; 2: 3, 4, 5; 3: 0, 4; 4: 0, 5; 5: 1, 3 -> leaders 0, 1, 2 with 3 each.
    name: 'six classes, three tied, 0 beats 1 and 2',
    classes: 6,
    duels: '0>1 0>2 3>0 4>0 0>5 1>2 1>3 1>4 5>1 2>3 2>4 2>5 3>4 5>3 4>5',
    votes: [3, 3, 3, 2, 2, 2],
    paper: NO_LABEL,
    recursive: 0,
    codes: [3, 3, 3, 4, 4, 4],
    recursiveCodes: [0, 6, 6, 6, 6, 6],
  },
  {
    // 0: 1, 3, 4; 1: 2, 3, 5; 2: 0, 4, 5; 3: 2, 4; 4: 1, 5; 5: 0, 3 -> 0, 1, 2 in a circle.
    name: 'six classes, three tied in a circle',
    classes: 6,
    duels: '0>1 2>0 0>3 0>4 5>0 1>2 1>3 4>1 1>5 3>2 2>4 2>5 3>4 5>3 4>5',
    votes: [3, 3, 3, 2, 2, 2],
    paper: NO_LABEL,
    recursive: NO_LABEL,
    codes: [3, 3, 3, 4, 4, 4],
  },
  {
    // 0: 1, 2, 4; 1: 2, 3, 4; 2: 3, 4, 5; 3: 0, 4, 5; 4: 5; 5: 0, 1 -> 0, 1, 2, 3 tied with 3;
    // among them 0: 1, 2; 1: 2, 3; 2: 3; 3: 0 -> 0 and 1 lead, and 0 beats 1.
    name: 'six classes, four tied, then two',
    classes: 6,
    duels: '0>1 0>2 3>0 0>4 5>0 1>2 1>3 1>4 5>1 2>3 2>4 2>5 3>4 3>5 4>5',
    votes: [3, 3, 3, 3, 1, 2],
    paper: NO_LABEL,
    recursive: 0,
    codes: [3, 3, 3, 3, 4, 4],
    recursiveCodes: [1, 2, 5, 5, 5, 5],
  },
  {
    name: 'a tie of two whose own network is missing stays undecided',
    classes: 3,
    duels: '0>2 1>2',
    votes: [1, 1, 0],
    paper: NO_LABEL,
    recursive: NO_LABEL,
    codes: [3, 3, 4],
  },
];

describe('the vote, on a table made by hand', () => {
  for (const entry of TABLE) {
    it(entry.name, () => {
      const answers = duels(entry.duels, entry.classes);
      expect(countVotes(answers, entry.classes)).toEqual(entry.votes);
      const rules: [CountingRule, number, OutcomeCode[]][] = [
        ['paper', entry.paper, entry.codes],
        ['recursive', entry.recursive, entry.recursiveCodes ?? entry.codes],
      ];
      for (const [rule, label, codes] of rules) {
        const ballot = vote(answers, entry.classes, rule);
        expect(ballot.label).toBe(label);
        expect(codes.map((_, truth) => outcomeCode(ballot, truth))).toEqual(codes);
      }
    });
  }

  it('covers every outcome code', () => {
    const seen = new Set(TABLE.flatMap((entry) => entry.codes));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('the vote, for any answers', () => {
  const election = fc.integer({ min: 2, max: 7 }).chain((classes) =>
    fc.tuple(
      fc.constant(classes),
      fc.array(fc.constantFrom(1, -1), {
        minLength: countOfPairs(classes),
        maxLength: countOfPairs(classes),
      }),
    ),
  );

  it('casts one vote a network, and right means code 0 or 1 under both rules', () => {
    fc.assert(
      fc.property(
        election,
        fc.constantFrom<CountingRule>('paper', 'recursive'),
        ([classes, answers], rule) => {
          const votes = countVotes(answers, classes);
          expect(votes.reduce((a, b) => a + b)).toBe(answers.length);
          const ballot = vote(answers, classes, rule);
          for (let truth = 0; truth < classes; truth++) {
            const code = outcomeCode(ballot, truth);
            expect(code <= 1).toBe(ballot.label === truth);
            expect(code === 3 || code === 4).toBe(ballot.label === NO_LABEL);
          }
        },
      ),
    );
  });

  it('agrees between the rules wherever the paper names a label', () => {
    fc.assert(
      fc.property(election, ([classes, answers]) => {
        const paper = vote(answers, classes, 'paper');
        const recursive = vote(answers, classes, 'recursive');
        if (paper.label !== NO_LABEL) expect(recursive).toEqual(paper);
        else expect(paper.leaders.length).toBeGreaterThan(2);
      }),
    );
  });

  it('is, under the recursive rule, the vote among the tied labels only, again and again', () => {
    // Written down once more from the words: who wins among these labels, by the networks between two of them.
    const among = (labels: number[], beats: (a: number, b: number) => boolean): number => {
      const votes = labels.map((a) => labels.filter((b) => b !== a && beats(a, b)).length);
      const tied = labels.filter((_, at) => votes[at] === Math.max(...votes));
      if (tied.length === 1) return tied[0];
      return tied.length === labels.length ? NO_LABEL : among(tied, beats);
    };
    let rounds = 0;
    fc.assert(
      fc.property(election, ([classes, answers]) => {
        const beats = (a: number, b: number): boolean => {
          const answer = answers[pairIndex(Math.min(a, b), Math.max(a, b), classes)];
          return answer > 0 === a < b;
        };
        const expected = among(
          Array.from({ length: classes }, (_, c) => c),
          beats,
        );
        expect(vote(answers, classes, 'recursive').label).toBe(expected);
        if (expected !== vote(answers, classes, 'paper').label) rounds++;
      }),
      { numRuns: 3000 },
    );
    expect(rounds).toBeGreaterThan(30);
  });

  it('does not depend on how the classes are numbered', () => {
    fc.assert(
      fc.property(election, fc.nat(), ([classes, answers], turn) => {
        const renamed = (c: number): number => (c + turn) % classes;
        const moved = new Int8Array(answers.length);
        for (const [at, [p, q]] of allPairs(classes).entries()) {
          const [a, b] = [renamed(p), renamed(q)];
          moved[pairIndex(Math.min(a, b), Math.max(a, b), classes)] = a < b ? answers[at] : -answers[at];
        }
        for (const rule of ['paper', 'recursive'] as const) {
          const here = vote(answers, classes, rule).label;
          const there = vote(moved, classes, rule).label;
          expect(there).toBe(here === NO_LABEL ? NO_LABEL : renamed(here));
        }
      }),
    );
  });

  it('refuses a wrong number of answers', () => {
    expect(() => countVotes([1, 1], 3)).toThrow(/3 answers/);
  });
});
