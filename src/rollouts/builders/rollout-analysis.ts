/** How a Rollout's builder says which templates it runs. */
import type { OptionCheck } from '../../options.ts';
import type { AnalysisTemplate, ClusterAnalysisTemplate } from '../types/analysis-template.ts';
import type { LabelsAndAnnotations } from '../types/meta.ts';
import type {
  AnalysisRunArgument,
  AnalysisTemplateRef,
  MeasurementRetention,
  RolloutAnalysis,
  RolloutValueSource,
} from '../types/rollout-analysis.ts';
import type { Buildable } from './build.ts';
import { list, object } from './options.ts';

type Template = AnalysisTemplate | ClusterAnalysisTemplate;

/** A template: its name, a reference, the template itself or its builder. */
export type TemplateSource = string | AnalysisTemplateRef | Template | Buildable<Template>;

/** How templates are run. */
export interface AnalysisOptions {
  /**
   * Arguments by name: a value (numbers become text), or where it comes from, such as
   * `{ podTemplateHashValue: 'Latest' }` or `{ fieldRef: { fieldPath: 'metadata.namespace' } }`.
   */
  args?: { [name: string]: string | number | RolloutValueSource };
  /** Names of metrics that are measured and do not decide: these, and not others whose names contain them. */
  dryRun?: readonly string[];
  measurementRetention?: MeasurementRetention[];
  /** Labels and annotations of the AnalysisRun. */
  analysisRunMetadata?: LabelsAndAnnotations;
}

/** Keys of {@link AnalysisOptions}. */
export const ANALYSIS_OPTIONS = 'args dryRun measurementRetention analysisRunMetadata';

/** One or more templates with their options, as a Rollout has them. */
export function rolloutAnalysis(
  check: OptionCheck,
  templates: TemplateSource | readonly TemplateSource[],
  { args, dryRun, ...rest }: AnalysisOptions,
): RolloutAnalysis {
  const sources: readonly TemplateSource[] = Array.isArray(templates) ? templates : [templates];
  if (sources.length === 0)
    check.fail('templates', sources, 'Give at least one: with none the rollout waits for ever.');
  return {
    templates: sources.map((source, index) => templateRef(check, `templates[${index}]`, source)),
    ...(args && {
      args: Object.entries(object(check, 'args', args)).map(([name, value]) => argument(check, name, value)),
    }),
    ...(dryRun && {
      dryRun: list(check, 'dryRun', dryRun).map((name, index) => ({
        metricName: exactly(check.text(`dryRun[${index}]`, name)),
      })),
    }),
    ...rest,
  };
}

/** The regular expression of Go for one name and no other. */
export function exactly(name: string): string {
  return `^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
}

/** How a template is referred to. */
export function templateRef(check: OptionCheck, path: string, source: TemplateSource): AnalysisTemplateRef {
  if (typeof source === 'string') return { templateName: check.text(path, source) };
  if (typeof source !== 'object' || source === null) check.fail(path, source, 'Use a template or its name.');
  if ('templateName' in source)
    return { ...source, templateName: check.text(`${path}.templateName`, source.templateName) };
  const template = object(check, path, 'object' in source ? source.object : source);
  return {
    templateName: check.text(`${path}.metadata.name`, template.metadata?.name),
    ...(template.kind === 'ClusterAnalysisTemplate' && { clusterScope: true }),
  };
}

function argument(check: OptionCheck, name: string, value: string | number | RolloutValueSource): AnalysisRunArgument {
  if (typeof value === 'string' || Number.isFinite(value)) return { name, value: String(value) };
  if (typeof value !== 'object' || value === null)
    check.fail(`args.${name}`, value, 'Use a text, a number or its source.');
  return { name, valueFrom: value };
}
