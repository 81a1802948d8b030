import { loadData } from '../data/files/load.js';
import type { DataSet } from '../data/types.js';

/** The options that say where samples come from. */
export interface DataFlags {
  readonly data: string;
  readonly dataDir?: string;
  readonly test?: string;
}

export interface LoadedData {
  /** As it was asked for. */
  readonly name: string;
  readonly train: DataSet;
  readonly test: DataSet | null;
}

/** The paper judges on the first 800 test images of each class. */
const PAPER_TEST_IMAGES = 800;

export async function loadForCommand(flags: DataFlags): Promise<LoadedData> {
  const { train, test } = await loadData(flags.data, { dataDir: flags.dataDir, test: flags.test });
  return { name: flags.data, train, test: test ?? null };
}

/** Test samples of each class unless told otherwise: the paper's number for images, all for tables. */
export function defaultPerClass(data: LoadedData): number | undefined {
  return data.train.image === undefined ? undefined : PAPER_TEST_IMAGES;
}
