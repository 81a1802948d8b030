import type { ExperimentSpec } from './spec.js';

/** An experiment that has a name, and what it is about. */
export interface NamedExperiment {
  readonly spec: ExperimentSpec & { readonly title: string };
  /** Networks of all trainings together. */
  readonly networks: number;
  /**
   * About what they take of one core of 2026, by the README's seconds of a training of 45 pairs (43 by the objective `bemi`, 33 by `robust`, 20
   * on features) and a second a network where there is but one. A run says more, from its probe.
   */
  readonly needs: string;
}

const FIVE = [0, 1, 2, 3, 4];
const THREE = [0, 1, 2];
/** The paper's networks, vote and test set; its four models are `stages`. */
const PAPER = { hidden: ['4,4'], 'weight-bound': ['1'], vote: ['paper'] };
const MODELS = ['sm', 'sm,mw', 'sm,mm', 'sm,mm,mw'];
const ALL_STAGES = ['sm,mm,mw'];

function named(
  name: string,
  title: string,
  cases: ExperimentSpec['cases'],
  repeated: { readonly instances: readonly number[]; readonly seeds?: readonly number[] },
  about: { readonly networks: number; readonly needs: string },
): NamedExperiment {
  return { spec: { name, title, cases, seeds: [0], ...repeated, budget: {} }, ...about };
}

const TWO_PAIRS = [
  { data: ['mnist'], classes: ['4,9', '1,8'], shots: ['2', '6', '10'], stages: MODELS, ...PAPER },
];
const HEADLINE_ROBUST = { objective: ['robust'], vote: ['recursive'] };
const HEADLINE_FEATURES = { objective: ['robust'], features: ['auto'], vote: ['margin'] };
const BOUNDS = ['1', '3', '7'];

/**
 * The paper's six figures, what its text says of weights and of the solver's status, and what this project says of itself. The limit of
 * all is the engine's own plan of work (stages/budget.ts), which is the same on every machine.
 */
export const NAMED: readonly NamedExperiment[] = [
  named(
    'paper-1',
    'test accuracy of SM, SM+MW, SM+MM and SM+MM+MW on 4-9 and 1-8',
    TWO_PAIRS,
    { instances: FIVE },
    { networks: 120, needs: '3 min' },
  ),
  named(
    'paper-2',
    'whole MNIST at 2, 6 and 10 shots, beside methods of the literature',
    [{ data: ['mnist'], shots: ['2', '6', '10'], stages: ALL_STAGES, ...PAPER }],
    { instances: THREE },
    { networks: 405, needs: '7 min' },
  ),
  named(
    'paper-3',
    'whole MNIST and Fashion-MNIST at 10 to 40 shots',
    [{ data: ['mnist', 'fashion-mnist'], shots: ['10', '20', '30', '40'], stages: ALL_STAGES, ...PAPER }],
    { instances: THREE },
    { networks: 1080, needs: '18 min' },
  ),
  named(
    'paper-4',
    'weights up to P = 1, 3, 7 and 15 on 4-9 at 2 to 40 shots',
    [
      {
        data: ['mnist'],
        classes: ['4,9'],
        stages: ALL_STAGES,
        ...PAPER,
        'weight-bound': ['1', '3', '7', '15'],
        shots: ['2', '6', '10', '20', '30', '40'],
      },
    ],
    { instances: FIVE },
    { networks: 120, needs: '4 min' },
  ),
  named(
    'paper-5',
    'the confusion matrix of whole MNIST at 40 shots',
    [{ data: ['mnist'], shots: ['40'], stages: ALL_STAGES, ...PAPER }],
    { instances: THREE },
    { networks: 135, needs: '3 min' },
  ),
  named(
    'paper-6',
    'the share of weights other than 0 of SM, SM+MW, SM+MM and SM+MM+MW on 4-9 and 1-8',
    TWO_PAIRS,
    { instances: FIVE },
    { networks: 120, needs: '3 min' },
  ),
  named(
    'paper-weights',
    'how weights spread over -P..P on 4-9',
    [
      {
        data: ['mnist'],
        classes: ['4,9'],
        stages: ALL_STAGES,
        ...PAPER,
        'weight-bound': ['1', '3', '7', '15'],
        shots: ['10', '40'],
      },
    ],
    { instances: FIVE },
    { networks: 40, needs: '1 min' },
  ),
  named(
    'paper-status',
    'gaps, times and outcomes of the vote on all pairs at 10 shots',
    [{ data: ['mnist', 'fashion-mnist'], shots: ['10'], stages: ALL_STAGES, ...PAPER }],
    { instances: FIVE },
    { networks: 450, needs: '8 min' },
  ),
  named(
    'headline',
    'what the README shows: the objectives bemi and robust on pixels, and robust on features',
    [
      { data: ['mnist'], shots: ['10', '40'], stages: ALL_STAGES, ...PAPER },
      { data: ['fashion-mnist'], shots: ['10'], stages: ALL_STAGES, ...PAPER },
      { data: ['mnist'], shots: ['2', '10', '40'], ...HEADLINE_ROBUST },
      { data: ['fashion-mnist'], shots: ['10', '40'], ...HEADLINE_ROBUST },
      { data: ['mnist', 'fashion-mnist'], shots: ['2', '10', '40'], ...HEADLINE_FEATURES },
    ],
    { instances: FIVE },
    { networks: 3150, needs: '40 min' },
  ),
  named(
    'robust',
    'certified accuracy over the radius: bemi and robust, MNIST at 10 shots',
    [
      {
        data: ['mnist'],
        shots: ['10'],
        objective: ['bemi', 'robust'],
        vote: ['recursive'],
        certify: ['1,4,8,16'],
      },
    ],
    { instances: THREE },
    { networks: 270, needs: '6 min' },
  ),
  named(
    'tables',
    'tables, a fifth of the rows held out: one neuron a pair, weights up to P = 1, 3 and 7',
    [
      {
        data: ['heart/heart.csv', 'heart/cleveland.csv', 'iris/iris.csv'],
        'test-share': ['0.2'],
        'weight-bound': BOUNDS,
      },
      {
        // The seed says which rows are held out, and so which ten of each class are trained on.
        data: ['optdigits/optdigits-train.csv.gz'],
        'test-share': ['0.2'],
        shots: ['10'],
        'weight-bound': BOUNDS,
      },
    ],
    { instances: [0], seeds: FIVE },
    { networks: 885, needs: '1 min' },
  ),
];
