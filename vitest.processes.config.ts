import type { ViteUserConfig } from 'vitest/config';

/** The tests that start processes, see test/processes/main.ts. */
const config: ViteUserConfig = {
  test: {
    include: ['test/processes/**/*.processes.ts'],
    isolate: false,
    setupFiles: ['test/setup.ts'],
    // A busy machine must not make a test fail: what is measured are conditions and generous bounds, not speed.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Of the tests of one file that are concurrent. They wait for processes, of which a core can carry some.
    maxConcurrency: 4,
  },
};

export default config;
