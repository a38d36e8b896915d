/** A diagnosis for people. */
import type { TelemetryDiagnosis } from '../../telemetry/doctor/diagnosis.ts';
import { visibleText } from '../../visible-text.ts';

/** The findings, and below them what is in effect. */
export function diagnosisText(diagnosis: TelemetryDiagnosis): string {
  const { findings, identity, destinations, packages, environment, entry, rolloutguard, node } = diagnosis;
  const sections = [
    `rolloutguard ${rolloutguard} on Node ${node}${entry === null ? '' : `, ${entry}`}`,
    ...findings.map(({ severity, code, message, mend }) => block(`${severity} ${code}`, [message, mend])),
    block(
      'identity',
      table(Object.entries(identity).map(([field, { value, source }]) => [field, value, `from ${source}`])),
    ),
    block(
      'export',
      table(
        destinations.map(({ signals, url, protocol, outcome }) => [
          signals.join(', '),
          `${protocol} ${url}`,
          outcome ?? 'not tried',
        ]),
      ),
    ),
    block('packages', table(packages.map(({ name, version, directory }) => [name, version, `in ${directory}`]))),
    block('environment', table(environment.map(({ name, value }) => [name, value]))),
    summary(diagnosis),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function summary({ findings }: TelemetryDiagnosis): string {
  const count = (wanted: string): number => findings.filter(({ severity }) => severity === wanted).length;
  return `${some(count('error'), 'error')}, ${some(count('warning'), 'warning')}, ${some(count('info'), 'note')}.`;
}

/** A heading and lines below it; nothing when there are none. */
function block(head: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [head, ...lines.map((line) => `    ${line}`)].map(visibleText).join('\n');
}

/** Columns of one width each, the last one as it is. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] as number))).join('  '),
  );
}

function some(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
