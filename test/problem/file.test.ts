import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { formatProblem, formatSolution, parseProblem, parseSolution } from '../../src/problem/file.js';
import type { SolutionRecord } from '../../src/problem/solution.js';
import { problemAndNetwork, tinyProblem } from '../../src/testing/arbitraries.js';

describe('problem files', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(tinyProblem({ withKeep: true }), (problem) => {
        const { keep, ...rest } = problem;
        const expected = keep === undefined ? rest : problem;
        expect(parseProblem(formatProblem(problem), 'p')).toEqual(expected);
      }),
    );
  });

  it('hold margins and one sample a line', () => {
    const text =
      '{"format":"fewbit-problem","version":1,"layers":[2,1],"weightBound":3,"epsilon":0.1,' +
      '"samples":[[1,2],[3,4]],"labels":[1,-1],"margins":[[1.9]],"keep":[1],"note":"ignored"}';
    const problem = parseProblem(text, 'p');
    expect(problem.margins).toEqual([[1.9]]);
    expect(formatProblem(problem).split('\n')).toContain('    [1,2],');
    expect(parseProblem(formatProblem(problem), 'p')).toEqual(problem);
    expect(parseProblem(`\uFEFF${text}`, 'p')).toEqual(problem);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{"format": oops}', /^pair\.json: no JSON \([^\n]*$/],
    ['broken lines', '{\n\n"format"\n: oops}', /^pair\.json: no JSON \([^\n]*$/],
    ['a number', '5', /^pair\.json: expected an object, got 5$/],
    [
      'another format',
      '{"format":"fewbit-solution"}',
      /^pair\.json: format: expected "fewbit-problem", got "fewbit-solution"$/,
    ],
    [
      'a later version',
      '{"format":"fewbit-problem","version":2}',
      /^pair\.json: version: this release reads version 1, got 2$/,
    ],
    [
      'a bad field',
      '{"format":"fewbit-problem","version":1,"layers":[2,1],"weightBound":1,"epsilon":0.1,"samples":[[1]],"labels":[1]}',
      /^pair\.json: samples, sample 0: expected 2 inputs \(layers\[0\]\), got 1$/,
    ],
  ])('refuse %s', (_, text, message) => {
    expect(() => parseProblem(text, 'pair.json')).toThrow(InputError);
    expect(() => parseProblem(text, 'pair.json')).toThrow(message);
  });
});

const solved: SolutionRecord = {
  stages: [
    {
      stage: 'sm',
      status: 'optimal',
      stopReason: 'proved',
      objective: 2,
      bound: 2,
      gap: 0,
      nodes: 3,
      work: 40,
      seconds: 0.25,
      keep: [0, 1],
      network: { layers: [2, 1], weightBound: 1, weights: [[[1, -1]]] },
    },
    {
      stage: 'mm',
      status: 'unknown',
      stopReason: 'time-limit',
      objective: null,
      bound: 17.5,
      gap: null,
      nodes: 0,
      work: 0,
      seconds: 0,
    },
  ],
  network: { layers: [2, 1], weightBound: 1, weights: [[[1, -1]]] },
  keep: [0, 1],
  tolerance: 0.05,
};

describe('solution files', () => {
  it('come back as they were written', () => {
    expect(parseSolution(formatSolution(solved), 's')).toEqual(solved);
    const nothing: SolutionRecord = { stages: [], network: null };
    expect(parseSolution(formatSolution(nothing), 's')).toEqual(nothing);
    fc.assert(
      fc.property(problemAndNetwork(), ([, network]) => {
        const solution = { stages: [{ ...solved.stages[0], network, keep: undefined }], network };
        expect(parseSolution(formatSolution(solution), 's')).toEqual({
          stages: [{ ...solved.stages[0], network, keep: undefined }],
          network,
        });
      }),
      { numRuns: 30 },
    );
  });

  it('write only their own fields', () => {
    const text = formatSolution({
      ...solved,
      stages: [{ ...solved.stages[1], hint: 1 } as SolutionRecord['stages'][0]],
    });
    expect(text).not.toContain('hint');
    expect(JSON.parse(text).stages[0]).toEqual(solved.stages[1]);
  });

  it('take a network as a claim: out of range and ragged ones are read', () => {
    const odd = { layers: [2, 1], weightBound: 1, weights: [[[7, 0.5, 3]]] };
    expect(parseSolution(formatSolution({ stages: [], network: odd }), 's').network).toEqual(odd);
  });

  it('may leave out what only reports', () => {
    const text =
      '{"format":"fewbit-solution","version":1,"stages":[{"stage":"mw","status":"feasible","stopReason":"work-limit",' +
      '"objective":4,"bound":null}],"network":null}';
    expect(parseSolution(text, 's').stages[0]).toEqual({
      stage: 'mw',
      status: 'feasible',
      stopReason: 'work-limit',
      objective: 4,
      bound: null,
      gap: null,
      nodes: 0,
      work: 0,
      seconds: 0,
    });
  });

  const entry = (change: object) => ({ stages: [{ ...solved.stages[1], ...change }], network: null });
  it.each<[string, object, string]>([
    ['no stages', { stages: 3 }, 's: stages: expected a list, got 3'],
    [
      'an unknown stage',
      entry({ stage: 'xx' }),
      's: stages, entry 0: stage: expected one of sm, mm, mw, got "xx"',
    ],
    [
      'an unknown status',
      entry({ status: 'fine' }),
      's: stages, entry 0: status: expected one of optimal, feasible, infeasible, unknown, got "fine"',
    ],
    [
      'an objective as text',
      entry({ objective: '5' }),
      's: stages, entry 0: objective: expected a number or null, got "5"',
    ],
    [
      'keep of fractions',
      entry({ keep: [0.5] }),
      's: stages, entry 0: keep: expected a list of sample indices, got [0.5]',
    ],
    [
      'a flat network',
      { stages: [], network: { layers: [1, 1], weightBound: 1, weights: [1] } },
      's: network: weights: expected lists of lists of lists of numbers',
    ],
    [
      'stages out of order',
      { stages: [solved.stages[1], solved.stages[0]] },
      's: stages: each of sm, mm, mw at most once and in this order',
    ],
    ['a tolerance of 2', { stages: [], tolerance: 2 }, 's: tolerance: must be a number in [0, 1], got 2'],
  ])('refuse %s', (_, fields, message) => {
    const text = JSON.stringify({ format: 'fewbit-solution', version: 1, ...fields });
    expect(() => parseSolution(text, 's')).toThrow(new InputError(message));
  });
});
