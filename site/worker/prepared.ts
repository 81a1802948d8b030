import type { DataSet } from '../../src/data/types.js';
import type { DataShown } from './api.js';

/** Data as a training takes them, and what the page shows of them. */
export interface Prepared {
  readonly train: DataSet;
  readonly test: DataSet | null;
  /** Samples of each class that are used; absent: all. */
  readonly shots?: number;
  readonly view: DataShown;
}
