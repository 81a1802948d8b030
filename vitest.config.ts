import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes, not threads: many WebAssembly instances in threads of one process have brought V8 down elsewhere.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A test that has looked at nothing fails.
    expect: { requireAssertions: true },
    globalSetup: ['test/support/build.ts'],
  },
});
