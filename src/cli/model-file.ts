import { join } from 'node:path';
import { kindOf } from '../data/files/paths.js';

/** A run folder stands for the model in it. */
export async function modelFile(path: string): Promise<string> {
  return (await kindOf(path)) === 'folder' ? join(path, 'model.json') : path;
}
