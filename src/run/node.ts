import { availableParallelism } from 'node:os';
import { setPlatform } from '../ensemble/platform.js';
import { WorkerPool } from './pool.js';
import { compilePackagedEngine } from './wasm-file.js';

/**
 * The entry of Node: the library with the engine found by itself and worker threads. Importing it registers both;
 * everything else is `src/index.ts`, the same in every runtime.
 */
setPlatform({
  loadEngine: compilePackagedEngine,
  createPool: async (module, workers) => new WorkerPool(module, workers),
  cores: availableParallelism,
});

export * from '../index.js';
export { type Interrupt, interruptible } from './interrupt.js';
export { type FolderOptions, type FolderResult, trainInFolder } from './run-folder.js';
export { LockLostError } from './run-lock.js';
export type { RunNote } from './run-start.js';
