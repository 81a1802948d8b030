/* Runs all tests for the mutant that it is told of, in order, until one fails; before the first for none. */
const stryker = { activeMutant: undefined };
globalThis.__stryker__ = stryker;
await import('./tests.mjs');
const { prepared, tests } = await import('./vitest.mjs');
for (const prepare of prepared) await prepare();

/** How often a mutant may be met in a test: more is a loop without an end. */
const MET = 1e7;

async function firstFailure() {
  for (const { name, run } of tests) {
    stryker.hitCount = 0;
    stryker.hitLimit = MET;
    try {
      await run();
    } catch (error) {
      return `${name}: ${String(error.message).slice(0, 200)}`;
    }
  }
  return undefined;
}

process.send({ failed: await firstFailure() });
process.on('message', async (id) => {
  stryker.activeMutant = id;
  const failed = await firstFailure();
  stryker.activeMutant = undefined;
  process.send({ id, failed });
});
