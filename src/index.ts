/**
 * fewbit: few-bit neural networks, trained exactly from a handful of examples; the library's core, the same in Node,
 * browsers and bundles. One network for each pair of classes, and a vote.
 *
 *     import { EnsembleClassifier, train } from 'fewbit';
 *
 *     const samples = [[9, 1, 0, 8], [8, 2, 1, 9], [1, 9, 8, 0], [2, 8, 9, 1]];
 *     const labels = ['left', 'left', 'right', 'right'];
 *     const { classifier, pairs } = await train({ samples, labels }, { hidden: [2], seed: 1 });
 *
 *     console.log(classifier.predict([[7, 3, 0, 9], [0, 9, 7, 1]])); // [ 'left', 'right' ]
 *     console.log(pairs[0].stages.map(({ stage, status }) => `${stage} ${status}`).length); // 3
 *
 *     const saved = JSON.stringify(classifier);
 *     console.log(EnsembleClassifier.load(saved).predictOne([9, 0, 0, 9])); // left
 *
 * In Node the engine (`fewbit/engine.wasm`) and worker threads are found by themselves, in a bundle too. In a browser hand the engine in
 * first, once: `await initialise(fetch(url))`, with the address at which the page serves that file; training then runs in
 * slices in the calling thread.
 *
 * Errors: `InputError` is bad data or options, one line that names what is at fault. A signal is no error: the result is
 * the best so far, and only `InterruptedError` says that there is none.
 */

export {
  type Adversarial,
  type AttackOptions,
  attackNetwork,
  certifyNetwork,
  type NetworkCertificate,
} from './certify/index.js';
export { compileEngine, Engine, type EngineSource, type ResponseLike } from './engine/index.js';
export type { TrainingConfig } from './ensemble/config.js';
export type {
  Calibration,
  IsotonicCalibration,
  IsotonicStep,
  PlattCalibration,
} from './ensemble/model/calibration.js';
export type { EnsembleModel, ModelDocument, ModelPair, ModelStage } from './ensemble/model/model.js';
export { MODEL_LIMITS, type ModelLimits } from './ensemble/model/read.js';
export type { PredictOptions } from './ensemble/predict/answer-options.js';
export type { CertifyOptions } from './ensemble/predict/certify-evaluate.js';
export {
  EnsembleClassifier,
  type VoteAttack,
} from './ensemble/predict/classifier.js';
export type { EvaluateOptions, LabelledData } from './ensemble/predict/evaluate.js';
export type { VoteCertificate } from './ensemble/predict/vote-certificate.js';
export { InterruptedError } from './ensemble/train/errors.js';
export { initialise, type Platform, setPlatform } from './ensemble/train/platform.js';
export type { PairOutcome, PairPool, PairTask } from './ensemble/train/pool.js';
export { type TrainResult, train, train as fit } from './ensemble/train/train.js';
export type {
  CertificateReport,
  Evaluation,
  ExtraSamples,
  Matrix,
  PairResult,
  Perturbations,
  TrainEvent,
  TrainingData,
  TrainOptions,
  TrainSummary,
  VoteRule,
} from './ensemble/types.js';
export { InputError } from './errors.js';
export type { Network } from './network/types.js';
export {
  type AffineCopies,
  checkPerturbations,
  type ElasticCopies,
  familyBound,
  type PerturbationSet,
  perturbationFamily,
} from './perturb/index.js';
export type { Sign, TrainingProblem } from './problem/types.js';
export { solve, solveSteps } from './stages/solve.js';
export type {
  Solution,
  SolveOptions,
  StageName,
  StageProgress,
  StageResult,
  StageStatus,
  StopReason,
} from './stages/types.js';
