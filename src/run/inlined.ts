/*
 * What bundles need in place of files: the build writes dist/run/inlined.js over this module (tools/inline.mjs). Sources
 * that run as they are have the files.
 */

/** The engine's bytes, deflated, in base64. */
export const engine: string | undefined = undefined;
/** The program of run/worker.js as one CommonJS text. */
export const worker: string | undefined = undefined;
