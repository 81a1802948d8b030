import { type HighsModule, importHighs } from '../../src/milp/highs.js';

/** What the tests use of HiGHS as a reader of model files. */
export interface Reader {
  createModel(source: { format: string; data: string | Uint8Array }): {
    options: { set(options: object): void };
    run(): void;
    getModelStatus(): number;
    getObjectiveValue(): number;
    dispose(): void;
  };
}

/** The optimum of a model file as HiGHS reads and solves it; `null`: infeasible. */
export function optimumOf(reader: Reader, text: string, format: 'mps' | 'lp'): number | null {
  const model = reader.createModel({ format, data: format === 'lp' ? text : new TextEncoder().encode(text) });
  try {
    model.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: 1e-6,
      mip_feasibility_tolerance: 1e-9,
    });
    model.run();
    return model.getModelStatus() === 8 ? null : model.getObjectiveValue();
  } finally {
    model.dispose();
  }
}

/** HiGHS, loaded once: as a reader of model files, and as what `solveWithHighs` loads. */
export async function loadedHighs(): Promise<{
  readonly reader: Reader;
  readonly load: () => Promise<HighsModule>;
}> {
  const highs = await (await importHighs()).default();
  return { reader: highs as unknown as Reader, load: async () => ({ default: async () => highs }) };
}
