// What each service of the bench tells its parent. The business metric is there only where our telemetry is.
const { BENCH_TELEMETRY } = process.env;

const checkout = BENCH_TELEMETRY
  ? require(BENCH_TELEMETRY).defineBusinessMetric('checkout_completion', { type: 'ratio' })
  : undefined;

process.on('message', (what) => {
  if (what === 'stop') process.exit(0);
  if (what === 'collect garbage') globalThis.gc();
  process.send({ ...process.cpuUsage(), rss: process.memoryUsage.rss() });
});

/** Called for each request. */
exports.served = () => checkout?.record(true);

/** Called when the service listens. */
exports.listening = (port) => process.send({ port, ...process.cpuUsage(), rss: process.memoryUsage.rss() });
