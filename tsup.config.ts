import { writeFileSync } from 'node:fs';
import type { Options } from 'tsup';
import { policySchema } from './src/engine/policy-schema.ts';

const config: Options = {
  // One entry per subpath export of package.json; test/architecture.test.ts fails when the two lists differ.
  entry: {
    index: 'src/index.ts',
    otlp: 'src/adapters/otlp/index.ts',
    planning: 'src/planning/index.ts',
    register: 'src/telemetry/register.ts',
    replay: 'src/replay/index.ts',
    report: 'src/report/index.ts',
    rollouts: 'src/rollouts/index.ts',
    'rollouts/planned': 'src/rollouts/planned/index.ts',
    'rollouts/promql': 'src/rollouts/promql/index.ts',
    'rollouts/semantics': 'src/rollouts/semantics/index.ts',
    'rollouts/yaml': 'src/rollouts/yaml/index.ts',
    telemetry: 'src/telemetry/index.ts',
    testing: 'src/testing/index.ts',
    // The program of package.json's `bin`; nobody imports it.
    cli: 'src/cli/bin.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // A correctness setting, not an optimisation: without it every entry would carry its own copy of the error classes.
  splitting: true,
  sourcemap: true,
  // The quick build without types leaves old chunks alone: a process that started from an earlier build may still load them.
  clean: !process.argv.includes('--no-dts'),
  // tsup's declaration step sets `baseUrl`, which TypeScript 6 calls deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  // For editors and tools that read no JavaScript: the same object that the engine checks policies with.
  async onSuccess() {
    writeFileSync('dist/policy.schema.json', `${JSON.stringify(policySchema, null, 2)}\n`);
  },
};

export default config;
