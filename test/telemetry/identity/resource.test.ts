/** Where identity stands on the resource: above what the SDK says and detectors find. */
import { expect, test } from 'vitest';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { createResource } from '../../../src/telemetry/pipelines/resource.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';
import { VERSION } from '../../../src/version.ts';

const detector = {
  detect: () => ({ attributes: { 'service.name': 'found', 'deployment.id': 'found', 'host.id': 'h' } }),
};

function attributesOf(env: Record<string, string>): Record<string, unknown> {
  const { identity, ...plan } = makePlan({
    env: { OTEL_NODE_RESOURCE_DETECTORS: 'none', ...env },
    resourceDetectors: [detector],
  });
  // The entry of the tests lies in a package that has a name.
  const { service, ...known } = identity.known;
  const nameless = service?.source === 'package.json';
  const attributes = nameless ? { ...plan.attributes, 'service.name': 'unknown_service:node' } : plan.attributes;
  const given = { ...plan, attributes, identity: nameless ? { ...identity, known } : identity };
  return { ...createResource(loadPeers(), given).attributes };
}

test('what identity knows wins over detectors; what it does not know they may say, the name of the service too', () => {
  expect(attributesOf({ DEPLOYMENT_ID: 'd', OTEL_SERVICE_NAME: 'shop' })).toMatchObject({
    'service.name': 'shop',
    'deployment.id': 'd',
    'host.id': 'h',
    'telemetry.distro.version': VERSION,
  });
  expect(attributesOf({})).toMatchObject({ 'service.name': 'found', 'deployment.id': 'found' });
});
