import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = process.env.FEWBIT_DATA ?? join(root, '..', 'shared', 'data');

/** Folder with the real data sets (FEWBIT_DATA), or `undefined`: then the tests that need them are shown as skipped. */
export const realData: string | undefined = existsSync(join(folder, 'mnist')) ? folder : undefined;
