/**
 * How large things may be: one table that readers refuse by, and that writers check before the work begins, so that
 * what one command writes every other one reads (docs/formats.md, "Limits").
 */
const MiB = 2 ** 20;

export const LIMITS = {
  /** Classes of an ensemble, unless it is told otherwise (`--max-classes`); 4950 pairs. */
  classes: 100,
  /** Classes of an ensemble at most; 499,500 pairs. */
  mostClasses: 1000,
  /** Characters (UTF-16) in the name of a class or a column. */
  name: 1000,
  /** Columns of a table without its label, inputs of a network. */
  columns: 65_536,
  /** Rows of a table. */
  rows: 10_000_000,
  /** Numbers in a table. */
  values: 2 ** 27,
  /** Characters of a table's record: its columns' longest names, or numbers, with quotes and commas. */
  record: 65_536 * 1024,
  /** Weights of all networks of an ensemble together, zeros included. */
  modelWeights: 2 ** 26,
  /** What SM may ask of an output. */
  confidence: 2 ** 31 - 1,
  /** Rows of the training problem of a pair, perturbed copies included. */
  samples: 100_000,
  /** Bytes of a JSON text. */
  jsonBytes: 256 * MiB,
  /** Nested lists and objects in a JSON text. */
  jsonDepth: 64,
  /** Lists and objects in a JSON text: each costs some hundred bytes of memory. */
  jsonContainers: 2 ** 23,
  /** Values in a JSON text: each costs up to fifty bytes of memory. */
  jsonValues: 2 ** 25,
  /** Bytes of a data file, as it is. */
  fileBytes: 512 * MiB,
  /** Bytes of a data file unpacked: what V8 can hold as one string. */
  unpackedBytes: 512 * MiB - 64,
  /** Characters of a record of a proof. */
  proofRecord: 2 ** 22,
  /** Characters of a message. */
  message: 1000,
  /** Characters of a name or a value that a message quotes. */
  quoted: 40,
} as const;
