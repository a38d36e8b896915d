import { expect, test } from 'vitest';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { canary, ISTIO, podTemplate, rollout, routed, service } from './cases/objects.ts';

// Each of these takes well under a second, and minutes where time grows by the square: the runner's time limit tells.
const MANY = 10_000;
const many = <T>(make: (index: number) => T): T[] => Array.from({ length: MANY }, (_, index) => make(index));

test('a rollout of 10,000 steps, each with its mistake', () => {
  const steps = many((index) => ({ setWeight: 100 + index, pause: { duration: '1d' }, analysis: { templates: [] } }));
  const found = validate([canary({ steps })]);
  expect(found.filter((finding) => finding.code === 'step-mixes-kinds')).toHaveLength(MANY);
  expect(found.filter((finding) => finding.code === 'weight-out-of-range')).toHaveLength(MANY - 1);
});

test('10,000 routes that are not among 10,000 others', () => {
  const managedRoutes = many((index) => ({ name: `route-${index}` }));
  const steps = many((index) => ({ setHeaderRoute: { name: `rout-${index}` } }));
  const found = validate([routed({ ...ISTIO, managedRoutes }, { steps })]);
  expect(found.filter((finding) => finding.code === 'route-not-managed')).toHaveLength(MANY);
});

test('a VirtualService of 10,000 routes, all of them named', () => {
  const http = many((index) => ({ name: `route-${index}`, route: [{ destination: { host: 'api-stable' } }] }));
  const mesh = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'api' },
    spec: { http },
  };
  const object = routed({ istio: { virtualService: { name: 'api', routes: http.map(({ name }) => name) } } });
  const found = validate([object, mesh]);
  expect(found.filter((finding) => finding.code === 'virtual-service-routes')).toHaveLength(MANY);
});

test('3,000 rollouts whose Services are nearly those that are there', () => {
  const objects = many((index) => ({
    ...canary({ canaryService: `api-canry-${index}` }),
    metadata: { name: `api-${index}` },
  })).slice(0, 3000);
  const services = many((index) => service(`api-canary-${index}`)).slice(0, 3000);
  const found = validate([...objects, ...services], { complete: true });
  expect(found.filter((finding) => finding.code === 'reference-missing')).toHaveLength(3000);
});

test('a pod of 30,000 mounts that name none of its 30,000 volumes', () => {
  const count = 30_000;
  const names = Array.from({ length: count }, (_, index) => index);
  const container = {
    ...{ name: 'api', image: 'api:1' },
    volumeMounts: names.map((index) => ({ name: `mount-${index}`, mountPath: `/a/${index}` })),
  };
  const volumes = names.map((index) => ({ name: `volume-${index}`, emptyDir: {} }));
  const pods = { ...podTemplate(), spec: { containers: [container], volumes } };
  const object = rollout({ canary: {} }, { template: pods });
  expect(validate([object]).filter(({ code }) => code === 'volume-unknown')).toHaveLength(count);
});
