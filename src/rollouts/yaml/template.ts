/** Recognises files that another program must render first: Helm charts, mostly. */
import { type RawProblem, YAML_EFFECT } from './problem.ts';
import type { Chunk } from './split.ts';

/** What only Helm writes. `{{args.x}}` is Argo's own, and `{{ $labels.x }}` stands in alerts. */
const HELM =
  /\{\{-?\s*(?:\.(?:Values|Release|Chart|Files|Capabilities|Template)\b|(?:include|template|define|toYaml|tpl|range|with|if|else|end|block)\b|\/\*)/;
/** Any template; it counts only where the text is no YAML. */
const ANY = /\{\{|\{%/;

/** @param broken - whether the document has errors of syntax. */
export function templateProblem(text: string, chunk: Chunk, broken: boolean): RawProblem | null {
  const source = text.slice(chunk.start, chunk.end);
  if (!source.includes('{{') && !(broken && source.includes('{%'))) return null;
  const match = HELM.exec(source) ?? (broken ? ANY.exec(source) : null);
  if (match === null) return null;
  const helm = match[0] !== '{%';
  return {
    ...{ code: 'yaml-template', severity: 'rejected', segments: [], offset: chunk.start + match.index },
    message: helm ? 'This is a template, of Helm by its looks.' : 'This is a template.',
    effect: YAML_EFFECT.refused,
    mend: helm
      ? 'Render it first: helm template . | npx rolloutguard lint -'
      : 'Render it first, and give what comes out.',
  };
}
