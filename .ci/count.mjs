/* The last lines of .ci/run: tests that were skipped, by name, and `N passed, N failed, N skipped`, from vitest's JSON report. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** Statuses of tests that did not run; vitest has had several names for it. */
const SKIPPED = ['skipped', 'pending', 'todo', 'disabled'];

/** @returns `{ passed, failed, skipped: [names] }` of a report's text */
export function count(text) {
  const { testResults } = JSON.parse(text);
  const counts = { passed: 0, failed: 0, skipped: [] };
  for (const { name, status, assertionResults } of testResults) {
    // A file that could not be loaded, or whose preparations failed, has no failed test of its own and counts as one.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) counts.failed++;
    for (const test of assertionResults) {
      if (test.status === 'passed') counts.passed++;
      else if (SKIPPED.includes(test.status)) counts.skipped.push(`${relative('.', name)}: ${test.fullName}`);
      else counts.failed++;
    }
  }
  return counts;
}

if (process.argv[2] !== undefined) {
  let counts = { passed: 0, failed: 1, skipped: [] };
  try {
    counts = count(readFileSync(process.argv[2], 'utf8'));
  } catch {
    console.log('the test command ended without a report');
  }
  for (const name of counts.skipped) console.log(`skipped: ${name}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped`);
}
