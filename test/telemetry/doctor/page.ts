/** docs/telemetry-doctor.md, made of what the doctor says of itself. */

import type { FindingRule } from '../../../src/telemetry/doctor/findings.ts';
import { FINDINGS_OF_EXPORT } from '../../../src/telemetry/doctor/findings-export.ts';
import { FINDINGS_OF_SETUP } from '../../../src/telemetry/doctor/findings-setup.ts';

const HEAD = `# What the doctor finds

\`rolloutguard doctor\` ([its options](cli.md#doctor)) and \`diagnoseTelemetry()\` of \`rolloutguard/telemetry\` examine telemetry and
say what is wrong with it. Run the command where the app runs, with its environment:

\`\`\`sh
kubectl exec deploy/shop -c shop -- npx rolloutguard doctor --entry server.mjs
\`\`\`

The command sees what the environment, the files and the installed packages say; the app is not started. \`diagnoseTelemetry()\` in a
running app sees what the app's code has chosen, too:

\`\`\`js
import { diagnoseTelemetry } from 'rolloutguard/telemetry';

const { healthy, findings } = await diagnoseTelemetry();
\`\`\`

It never throws and never rejects. Each collector gets one empty request for each signal, within 2 seconds, without retries and without
a span; \`reachability: false\` leaves that out. No credential is in the result: variables are listed with their values only where these
cannot be secret, URLs without user, query and unknown parts of their path, headers not at all.

What it cannot see from here: what Prometheus does with resource attributes (\`promote_resource_attributes\` is a setting of the server),
what a collector drops behind its door, and whether Argo Rollouts sets labels on the pods.

Severities: \`error\` means that telemetry gets lost or cannot be judged by; \`warning\` that some of it does, or will; \`info\` is worth
knowing. Codes are stable. This page is made of the code: \`UPDATE=1 npx vitest run test/telemetry/doctor/page.test.ts\` writes it anew.
`;

/** The page. */
export function doctorPage(): string {
  return [
    HEAD,
    section('Set-up and identity', FINDINGS_OF_SETUP),
    section('The way to the collector', FINDINGS_OF_EXPORT),
  ].join('\n');
}

function section(title: string, rules: Readonly<Record<string, FindingRule>>): string {
  const rows = Object.entries(rules).map(
    ([code, { severity, about, mend }]) => `| \`${code}\` | ${severity} | ${cell(about)} | ${cell(mend)} |`,
  );
  return [`## ${title}`, '', '| code | severity | meaning | what to do |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
