// Mutation testing of the parts that decide: is there a test that fails when the code is wrong? See CONTRIBUTING.md.
// No file of the two folders and no kind of mutation is left out; what is, has its reason below.
export default {
  mutate: ['src/engine/**/*.ts', 'src/statistics/**/*.ts'],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  // `related` would search the module graph for every mutant; which tests reach it is known from the first run.
  vitest: { configFile: 'vitest.mutation.config.ts', related: false },
  thresholds: { high: 90, low: 80, break: 80 },
  concurrency: 2,
  // Mutants of module-level tables are left out: each would need all tests with all modules loaded anew, a third of the time
  // for 2 % of the mutants. The goldens pin those tables.
  ignoreStatic: true,
  // An endless loop is given up this long after the time that the tests took without a mutant.
  timeoutMS: 5000,
  // Vitest strips the types and does not check them.
  disableTypeChecks: false,
  tempDirName: '.mutation/sandbox',
  incrementalFile: '.mutation/incremental.json',
  ignorePatterns: ['.mutation', 'coverage', 'demo-report', 'dist', 'examples'],
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: '.mutation/report.html' },
  jsonReporter: { fileName: '.mutation/report.json' },
};
