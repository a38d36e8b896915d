/**
 * The parts of the SDK that a program may bring, by the methods that are called. Types of the SDK stay out of ours: users
 * without its packages type-check, and a second copy of it would not fit by name.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: what the methods take and give are the SDK's own types.

/** A span exporter of the app; fits the SDK's `SpanExporter`. */
export interface SpanExporterLike {
  export(spans: any, resultCallback: (result: any) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** A metric exporter of the app; fits the SDK's `PushMetricExporter`. */
export interface PushMetricExporterLike {
  export(metrics: any, resultCallback: (result: any) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
  selectAggregationTemporality?(instrumentType: any): any;
  selectAggregation?(instrumentType: any): any;
}

/** A log record exporter of the app; fits the SDK's `LogRecordExporter`. */
export interface LogRecordExporterLike {
  export(logs: any, resultCallback: (result: any) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A span processor of the app; fits the SDK's `SpanProcessor`. */
export interface SpanProcessorLike {
  onStart(span: any, parentContext: any): void;
  onEnd(span: any): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A log record processor of the app; fits the SDK's `LogRecordProcessor`. */
export interface LogRecordProcessorLike {
  onEmit(logRecord: any, context?: any): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A sampler of the app; fits the SDK's `Sampler`. */
export interface SamplerLike {
  shouldSample(context: any, traceId: string, spanName: string, spanKind: any, attributes: any, links: any): any;
  toString(): string;
}

/** A view of metrics; fits the SDK's `ViewOptions`. */
export interface ViewLike {
  readonly name?: string;
  readonly description?: string;
  readonly attributesProcessors?: readonly any[];
  readonly aggregation?: any;
  readonly aggregationCardinalityLimit?: number;
  readonly instrumentType?: any;
  readonly instrumentName?: string;
  readonly instrumentUnit?: string;
  readonly meterName?: string;
  readonly meterVersion?: string;
  readonly meterSchemaUrl?: string;
}

/** Makes ids; fits the SDK's `IdGenerator`. */
export interface IdGeneratorLike {
  generateTraceId(): string;
  generateSpanId(): string;
}

/** A propagator of the app; fits the `TextMapPropagator` of `@opentelemetry/api`. */
export interface TextMapPropagatorLike {
  inject(context: any, carrier: any, setter: any): void;
  extract(context: any, carrier: any, getter: any): any;
  fields(): string[];
}

/** A resource detector of the app; fits the SDK's `ResourceDetector`. */
export interface ResourceDetectorLike {
  detect(config?: any): any;
}
