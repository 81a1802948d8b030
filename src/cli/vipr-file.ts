import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import type { SolutionRecord, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { refuseOutsideVipr, ViprTranslation } from '../vipr/translate.js';
import { ProofWriter, writeWhole } from './proof-file.js';
import { forEachLine } from './proof-lines.js';

const OPTION = 'option --proof-format vipr';

/** @throws InputError for what no certificate can be about, before anything is solved */
export function refuseVipr(problem: TrainingProblem, proof: string | undefined): void {
  if (proof === undefined) throw new InputError(`${OPTION}: needs --proof, the file to write`);
  refuseOutsideVipr(problem, OPTION);
}

/** A certificate of VIPR: our own proof in a folder of its own, until it is known, and then what it says, under the file's name. */
export class ViprFile {
  readonly ours: string;
  private readonly folder: string;

  constructor(private readonly path: string) {
    this.folder = mkdtempSync(join(tmpdir(), 'fewbit-'));
    this.ours = join(this.folder, 'proof');
    process.on('exit', this.remove);
  }

  /** @throws InputError where something has no derivation; nothing is written then */
  async write(problem: TrainingProblem, solution: SolutionRecord, stage: StageName): Promise<void> {
    const translation = new ViprTranslation(problem, solution, stage, OPTION);
    await forEachLine(this.ours, (line) => {
      translation.feed(line);
      return true;
    });
    const pieces = translation.finish();
    const writer = new ProofWriter(this.path);
    try {
      for (const piece of pieces) writeWhole(writer.file, piece);
    } catch (error) {
      writer.discard();
      throw error;
    }
    await writer.finish();
  }

  private readonly remove = (): void => rmSync(this.folder, { recursive: true, force: true });

  dispose(): void {
    this.remove();
    process.off('exit', this.remove);
  }
}
