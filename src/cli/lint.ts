/** `rolloutguard lint`: what Argo Rollouts would refuse in manifests, or would do otherwise than they say. */
import { RolloutGuardError } from '../errors.ts';
import { nearestName } from '../nearest.ts';
import { ARGO_TARGETS } from '../rollouts/validation/finding.ts';
import { visibleText } from '../visible-text.ts';
import type { Command, RunEdges } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { Progress } from './progress.ts';

const CALLER = 'rolloutguard lint';
const SEVERITIES = ['rejected', 'unsafe', 'advice'] as const;

/** The command `lint`. */
export const lintCommand: Command = {
  name: 'lint',
  summary: 'finds what Argo Rollouts would refuse in manifests, or silently do wrong',
  usage: '[options] FILE|FOLDER|-...',
  about:
    'Reads YAML and JSON: files, stdin, and what folders hold (*.yaml, *.yml, *.json; not node_modules and .git). All ' +
    'objects are checked together, so that references between files are followed. Severities: rejected (the API server, ' +
    'the controller or the analysis refuses it), unsafe (it does something else than it says), advice (worth a ' +
    'look). In one place a rule is silenced by a comment: rolloutguard-disable-line CODE, or on the line above ' +
    'rolloutguard-disable-next-line CODE.',
  options: {
    target: { argument: 'RELEASE', help: 'release of Argo Rollouts: 1.8, 1.9 or 1.10; default 1.9' },
    complete: { help: 'these are all objects: what they refer to must be among them' },
    'fail-on': {
      argument: 'SEVERITY',
      help: 'exit code 1 from this severity on: rejected (default), unsafe, advice, never',
    },
    disable: { argument: 'CODE', repeatable: true, help: 'leaves out a rule; commas separate several' },
    only: { argument: 'CODE', repeatable: true, help: 'leaves out all other rules; commas separate several' },
    'no-promql': { help: 'does not read the queries of Prometheus metrics' },
    format: { argument: 'FORMAT', help: 'text, json, sarif or github (annotations) on stdout; default text' },
    'list-rules': { help: 'lists the rules with their codes, and reads nothing' },
    quiet: { help: 'shows no progress; it is shown on terminals only anyway' },
  },
  operands: 'FILE|FOLDER|-...',
  exits: { [EXIT.ok]: 'no findings that count', [EXIT.findings]: 'findings of --fail-on or worse' },
  examples: [
    {
      says: 'a rollout with mistakes',
      lines: ['rolloutguard example demo', 'rolloutguard lint demo/manifests'],
      exits: EXIT.findings,
    },
    {
      says: 'what another program renders, for the annotations of GitHub',
      lines: [
        'rolloutguard example demo',
        'cat demo/manifests/*.yaml | rolloutguard lint --format github --fail-on never -',
      ],
      exits: EXIT.ok,
    },
  ],
  run,
};

async function run(invocation: Invocation, edges: RunEdges): Promise<number> {
  const format = invocation.word('format', ['text', 'json', 'sarif', 'github'], 'text');
  const failOn = invocation.word('fail-on', [...SEVERITIES, 'never'], 'rejected');
  const target = invocation.word('target', ARGO_TARGETS, '1.9');
  // Parsers and rules are loaded here, so that the other commands do not pay for them.
  const { lint, lintReport, LINT_RULES, rulesReport } = await import('./lint/index.ts');
  const codes = Object.keys(LINT_RULES);
  const disabled = codesOf('disable', invocation, codes);
  const only = codesOf('only', invocation, codes);
  if (invocation.has('list-rules')) {
    await edges.stdout.write(rulesReport(format));
    return EXIT.ok;
  }
  const operands = operandsOf(invocation);
  const promql = invocation.has('no-promql') ? null : (await import('../rollouts/promql/index.ts')).checkPromql;
  const progress = new Progress(edges, 'files read', invocation.has('quiet'));
  const result = await lint(
    {
      ...{ operands, target, promql },
      complete: invocation.has('complete'),
      isOn: (code) =>
        !disabled.includes(code) &&
        (only.length === 0 || only.includes(code)) &&
        (promql !== null || !code.startsWith('promql-')),
      onProgress: (files) => progress.show(files),
    },
    edges,
  ).finally(() => progress.end());
  if (result.counts.files === 0 && result.counts.otherFiles === 0 && result.unreadable.length === 0) {
    const mend = 'Name files, or folders with *.yaml, *.yml or *.json.';
    throw new RolloutGuardError('INVALID_OPTION', `${CALLER}: there is nothing to read`, { mend });
  }
  await edges.stdout.write(lintReport(format, result));
  for (const { file, message } of result.unreadable) {
    await edges.stderr.write(`${CALLER}: ${visibleText(`${file} cannot be read: ${message}`)}\n`);
  }
  if (result.unreadable.length > 0) return EXIT.usage;
  const counting = failOn === 'never' ? [] : SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return counting.some((severity) => result.counts[severity] > 0) ? EXIT.findings : EXIT.ok;
}

function operandsOf({ operands }: Invocation): readonly string[] {
  if (operands.length === 0) {
    const mend = 'Name files or folders, or - for stdin.';
    throw new RolloutGuardError('INVALID_OPTION', `${CALLER}: no manifests are named`, { mend });
  }
  return operands;
}

/** Codes of an option, which may be given with commas, and more than once. */
function codesOf(option: string, invocation: Invocation, known: readonly string[]): string[] {
  const codes = invocation.texts(option).flatMap((text) => text.split(',').map((code) => code.trim()));
  for (const code of codes) {
    if (known.includes(code)) continue;
    const near = nearestName(code, known);
    invocation.fail(option, code, near === null ? '--list-rules lists the codes.' : `Did you mean ${near}?`);
  }
  return codes;
}
