export {
  compileEngine,
  DEFAULT_TREE_BYTES,
  Engine,
  type EngineFigures,
  type EngineState,
} from './engine.js';
