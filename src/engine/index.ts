export { compileEngine, type EngineSource, type ResponseLike } from './compile.js';
export {
  DEFAULT_TREE_BYTES,
  Engine,
  type EngineFigures,
  type EngineState,
  SLICE,
} from './engine.js';
