import { availableParallelism } from 'node:os';
import { setPlatform } from '../ensemble/train/platform.js';
import { WorkerPool } from './pool.js';
import { compilePackagedEngine } from './wasm-file.js';

/**
 * The entry of Node, `fewbit/node`, and what `fewbit` means there: the library with the engine found by itself and worker
 * threads. Importing it registers both. Everything else is `src/index.ts`, the same in every runtime, and on top
 * `trainInFolder` (a training that can be resumed), `interruptible` (Ctrl-C as a signal) and `WorkerPool`.
 */
setPlatform({
  loadEngine: compilePackagedEngine,
  createPool: WorkerPool.open,
  cores: availableParallelism,
});

export * from '../index.js';
export { type Interrupt, interruptible } from './interrupt.js';
export { type Merged, type MergeOptions, mergeFolders, UnequalPairsError } from './merge.js';
export { WorkerPool } from './pool.js';
export { type FolderOptions, type FolderResult, trainInFolder } from './run-folder.js';
export { LockLostError } from './run-lock.js';
export type { RunNote } from './run-start.js';
