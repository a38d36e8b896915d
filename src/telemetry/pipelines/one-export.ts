/**
 * One export of metrics at a time.
 *
 * A periodic reader gives an export up when its interval is over and begins the next, while the exporter still tries the
 * first. Against a collector that is down there would always be one under way, and an app that has nothing left to do
 * would never end: Node waits for open connections. So while an export is under way nothing new is read; what is measured
 * meanwhile stays in the SDK and goes out with the next one. In the pause between two exports Node sees that the app is done.
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

/** Makes a reader that exports periodically wait for its exporter. Both are changed in place, before the reader is bound. */
export function oneExportAtATime<R extends Reader>(reader: R, exporter: Exporter, resource: object): R {
  let underWay: Promise<void> | undefined;
  let flushing = 0;

  const send = exporter.export.bind(exporter);
  exporter.export = (batch, done): void => {
    let ended = (): void => {};
    const own = new Promise<void>((resolve) => {
      ended = resolve;
    });
    underWay = own;
    send(batch, (result: Sdk) => {
      if (underWay === own) underWay = undefined;
      ended();
      done(result);
    });
  };

  const bind = reader.setMetricProducer.bind(reader);
  reader.setMetricProducer = (producer: { collect(options?: Sdk): Promise<Sdk> }): void =>
    bind({
      collect: async (options?: Sdk): Promise<Sdk> => {
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
