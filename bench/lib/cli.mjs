/* The command line as a child process: what it prints, how long it takes, and the most memory it has held. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const REPORT = new URL('./report-memory.mjs', import.meta.url).href;

/** Runs `work` with a folder of its own, which is gone afterwards. */
export async function withFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'fewbit-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * `fewbit ...` with `--json`.
 *
 * @returns `{ json, seconds, bytes }`
 * @throws what the program said on standard error, where it failed
 */
export async function fewbit(...words) {
  return withFolder(async (folder) => {
    const memory = join(folder, 'memory');
    const began = performance.now();
    const child = spawn(process.execPath, ['--import', REPORT, MAIN, ...words, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FEWBIT_BENCH_MEMORY: memory },
    });
    const [output, errors] = [collect(child.stdout), collect(child.stderr)];
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new Error(`fewbit ${words.join(' ')}: exit code ${code}\n${(await errors).trim()}`);
    return {
      json: JSON.parse(await output),
      seconds: (performance.now() - began) / 1000,
      bytes: Number(readFileSync(memory, 'utf8')),
    };
  });
}

async function collect(stream) {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  return text;
}
