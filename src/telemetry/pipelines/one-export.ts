/**
 * One export of metrics at a time.
 *
 * A periodic reader gives an export up when its interval is over and begins the next, while the exporter still tries the
 * first. Against a collector that is down there would always be one under way, and an app that has nothing left to do
 * would never end: Node waits for open connections. So while an export is under way nothing new is read; what is measured
 * meanwhile stays in the SDK and goes out with the next one. In the pause between two exports Node sees that the app is done.
 *
 * An exporter of the app's own may throw, or never say that it has ended. Metrics must not end with that one export.
 */

/** A result of an export, and a batch: the SDK's own. */
// biome-ignore lint/suspicious/noExplicitAny: as above.
type Sdk = any;

interface Exporter {
  export(batch: Sdk, done: (result: Sdk) => void): void;
}

interface Reader {
  setMetricProducer(producer: Sdk): void;
  forceFlush(options?: Sdk): Promise<void>;
  shutdown(options?: Sdk): Promise<void>;
}

/** An export that has said nothing for so long will not, in milliseconds. Above every timeout that anybody would set. */
const LOST_MS = 120_000;

/**
 * Makes a reader that exports periodically wait for its exporter. Both are changed in place, before the reader is bound.
 *
 * @param now - milliseconds. Defaults to `performance.now`.
 */
export function oneExportAtATime<R extends Reader>(
  reader: R,
  exporter: Exporter,
  resource: object,
  now: () => number = () => performance.now(),
): R {
  let underWay: Promise<void> | undefined;
  let begunMs = 0;
  let flushing = 0;

  const send = exporter.export.bind(exporter);
  exporter.export = (batch, done): void => {
    let ended = (): void => {};
    const own = new Promise<void>((resolve) => {
      ended = resolve;
    });
    underWay = own;
    begunMs = now();
    const over = (): void => {
      if (underWay === own) underWay = undefined;
      ended();
    };
    try {
      send(batch, (result: Sdk) => {
        over();
        done(result);
      });
    } catch (error) {
      over();
      throw error;
    }
  };

  const bind = reader.setMetricProducer.bind(reader);
  reader.setMetricProducer = (producer: { collect(options?: Sdk): Promise<Sdk> }): void =>
    bind({
      collect: async (options?: Sdk): Promise<Sdk> => {
        if (underWay !== undefined && now() - begunMs > LOST_MS) underWay = undefined;
        if (underWay !== undefined && flushing === 0)
          return { resourceMetrics: { resource, scopeMetrics: [] }, errors: [] };
        await underWay;
        return producer.collect(options);
      },
    });

  // Whoever flushes wants all of it: then the one under way is waited for.
  for (const method of ['forceFlush', 'shutdown'] as const) {
    const act = reader[method].bind(reader);
    reader[method] = async (options?: Sdk): Promise<void> => {
      flushing += 1;
      try {
        await act(options);
      } finally {
        flushing -= 1;
      }
    };
  }
  return reader;
}
