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
