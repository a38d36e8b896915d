/** Identity of a real process: what its pod and its pipeline left is on what it exports, and bad input stops nothing. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runScript } from '../child-app.ts';
import { startSink } from '../otlp-sink.ts';
import { renderDownwardFile } from './downward-file.ts';

const HASH = '6c54544bf9';

test('spans, metrics and logs say what files and variables know; a pipe and slips are named, and the app runs', async ({
  signal,
}) => {
  const room = mkdtempSync(join(tmpdir(), 'rolloutguard-'));
  onTestFinished(() => rmSync(room, { recursive: true }));
  const [labels, pipe] = [join(room, 'labels'), join(room, 'pipe')];
  writeFileSync(
    labels,
    renderDownwardFile({
      'app.kubernetes.io/name': 'shop',
      'rolloutguard.cohort': 'canary',
      'rollouts-pod-template-hash': HASH,
    }),
  );
  execFileSync('mkfifo', [pipe]);
  await using sink = await startSink();
  const { code, stdout, stderr } = await runScript('script.mjs', {
    signal,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_RESOURCE_ATTRIBUTES: 'team=payments,link=http://x?token=s3cret',
      ROLLOUTGUARD_IDENTITY_FILES: `${labels},${pipe}`,
      ROLLOUTGUARD_DEPLOYMENTID: 's3cret',
      DEPLOYMENT_ID: 'deploy-7',
      DEPLOYMENT_STRATEGY: 'BLUE_GREEN',
      DEPLOYMENT_TIMESTAMP: 's3cret',
      GIT_COMMIT: '$(git rev-parse HEAD)',
      GITHUB_SHA: '9d59409acf479dfa0df1aa568182e43e43df8bbe',
      POD_NAME: `shop-${HASH}-x7k2p`,
    },
  });

  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const expected = {
    'service.name': 'shop',
    'deployment.id': 'deploy-7',
    'vcs.ref.head.revision': '9d59409acf479dfa0df1aa568182e43e43df8bbe',
    'rolloutguard.strategy': 'blue-green',
    'rolloutguard.rollout': 'shop',
    'k8s.replicaset.name': `shop-${HASH}`,
    team: 'payments',
  };
  const records = [...sink.spans(), ...sink.points('work.done'), ...sink.logs()];
  expect(records.length).toBeGreaterThanOrEqual(2);
  for (const { resource } of records) expect(resource).toMatchObject(expected);

  for (const named of [
    'OTEL_RESOURCE_ATTRIBUTES: pair 2 (link)',
    `${pipe} cannot be read (NOT_A_FILE)`,
    'Did you mean ROLLOUTGUARD_DEPLOYMENT_ID?',
    'deployment.timestamp from DEPLOYMENT_TIMESTAMP',
    'vcs.ref.head.revision from GIT_COMMIT is not used: it is a template',
  ]) {
    expect(stderr).toContain(named);
  }
  expect(stderr).not.toContain('s3cret');
});
