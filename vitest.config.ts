import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    // No module keeps state, so test files can share one module graph: several times faster than isolating each.
    isolate: false,
    setupFiles: ['test/setup.ts'],
    testTimeout: 20_000,
  },
};

export default config;
