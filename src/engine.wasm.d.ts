/**
 * What `import engine from 'fewbit/engine.wasm'` gives is for the bundler to say: the address of the file for most
 * (`await initialise(fetch(engine))`), its bytes for some (`await initialise(engine)`).
 */
// biome-ignore lint/suspicious/noExplicitAny: an address or bytes, and nobody here can know which
declare const engine: any;
export default engine;
