import { fileURLToPath } from 'node:url';
import { readText } from '../data/files/read.js';
import { parseJson } from '../json.js';
import { VERSION } from '../version.js';
import { packagedFile } from './wasm-file.js';

/**
 * The version of the package that this program is a part of: what its package.json says, which is what a person or a
 * package manager has put there; in a bundle, which has none, the one that it was built from.
 */
export async function packageVersion(): Promise<string> {
  const file = packagedFile('../package.json');
  if (file === undefined) return VERSION;
  try {
    const path = fileURLToPath(file);
    const manifest = parseJson(await readText(path), path) as { name?: unknown; version?: unknown };
    return manifest.name === 'fewbit' && typeof manifest.version === 'string' ? manifest.version : VERSION;
  } catch {
    return VERSION;
  }
}
