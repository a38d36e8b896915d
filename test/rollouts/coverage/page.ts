/** docs/argo-coverage.md, made of the cases that the tests run. */
import { RULES, type RuleCode } from '../../../src/rollouts/validation/codes/index.ts';
import type { RuleCase } from '../cases/case.ts';
import { ARGO_RULES, ARGO_TRAPS, NOT_OFFLINE } from './argo-rules.ts';

const HEAD = `# What of Argo Rollouts is checked

\`validate()\` of \`rolloutguard/rollouts\` and \`rolloutguard lint\` know the rules below. This page is made by the tests: each row names the
cases that prove both sides, an object that breaks the rule and is found at its path, and nearly the same object that keeps it and is not
refused. A case is a test of \`test/rollouts/cases.test.ts\` by the name \`code: what it shows\`; its objects stand in \`test/rollouts/cases/\`.

\`rejected\`: the API server, the controller or the analysis refuses it. \`unsafe\`: it is accepted and does something else than it says.
\`advice\`: worth a look. The numbers are ours; comments in the code and the cases use them.

The verdicts are held against Argo's own code: what v1.8.5, v1.9.3 and v1.10.2 answered to the objects of these cases is kept in
\`test/fixtures/argo/\`, and differences are listed with their reasons in \`test/rollouts/argo-verdicts.test.ts\`.
`;

const COLUMNS = '| rule | what it demands | code | severity | proven by |\n|---|---|---|---|---|\n';
const TRAP_COLUMNS = COLUMNS.replace('rule', 'trap').replace('what it demands', 'what nobody says');

/** The page. `cases` are those of all rules. */
export function coveragePage(cases: readonly RuleCase[]): string {
  const rules = ARGO_RULES.map(({ where, rules }) => {
    const rows = rules.map(([number, title]) => row(number, title, casesOf(cases, number), NOT_OFFLINE[number]));
    return `### ${where}\n\n${COLUMNS}${rows.join('')}`;
  });
  const traps = ARGO_TRAPS.map(([number, title]) => row(number, title, casesOf(cases, `trap ${number}`), undefined));
  const own = (Object.keys(RULES) as RuleCode[]).flatMap((code) => {
    const shown = cases.filter((one) => one.code === code && one.of.includes('own'));
    return shown.length === 0 ? [] : [`| ${cell(RULES[code])} | ${proof(shown)} |\n`];
  });
  return [
    HEAD,
    '## Rules: what is refused, and where\n',
    ...rules,
    `## Traps: what nothing reports\n\n${TRAP_COLUMNS}${traps.join('')}`,
    `## Our own\n\nThe schema of each kind, names and references, and mistakes beside those above.\n\n| what it demands | code | severity | proven by |\n|---|---|---|---|\n${own.join('')}`,
  ].join('\n');
}

/** Cases that stand for a rule or a trap. */
export function casesOf(cases: readonly RuleCase[], of: string): RuleCase[] {
  return cases.filter((one) => one.of.includes(of));
}

function row(number: string, title: string, cases: readonly RuleCase[], reason: string | undefined): string {
  const unproven = `- | - | ${reason === undefined ? 'MISSING' : `cannot be known offline: ${cell(reason)}`}`;
  return `| ${number} | ${cell(title)} | ${cases.length > 0 ? proof(cases) : unproven} |\n`;
}

/** Codes, severities and cases: `` `a`, `b` | rejected | `a`: one; two. `b`: three ``. */
function proof(cases: readonly RuleCase[]): string {
  const codes = [...new Set(cases.map(({ code }) => code))];
  const severities = [...new Set(cases.map(({ severity }) => severity))];
  const shown = codes.map((code) => {
    const names = cases.filter((one) => one.code === code).map(({ shows }) => cell(shows));
    return codes.length === 1 ? names.join('; ') : `\`${code}\`: ${names.join('; ')}`;
  });
  return `${codes.map((code) => `\`${code}\``).join(', ')} | ${severities.join(', ')} | ${shown.join('. ')}`;
}

/** A text inside a table: our own words, yet a brace, a pipe or a bracket means something to renderers. */
function cell(text: string): string {
  return text.replace(/[\\|*_[\]<>`]/g, '\\$&');
}
