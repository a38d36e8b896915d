import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    // No module keeps state, so test files can share one module graph: several times faster than isolating each.
    isolate: false,
    setupFiles: ['test/setup.ts'],
    testTimeout: 20_000,
    // A condition that comes in a millisecond comes later on a busy machine. Nothing waits longer where it has come.
    expect: { poll: { timeout: 15_000 } },
  },
};

export default config;
