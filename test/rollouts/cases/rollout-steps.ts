import type { RuleCase } from './case.ts';
import { blueGreen, canary, ISTIO, routed } from './objects.ts';

const CANARY = 'spec.strategy.canary';
const STEPS = `${CANARY}.steps`;
const ARGO = 'spec.strategy.steps';
const PAUSE = { pause: { duration: '5m' } };
const ALB = { alb: { ingress: 'api', servicePort: 80 } };
const PLUGINS = { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'api' } } };
const NGINX = { nginx: { stableIngress: 'api' } };
const MANAGED = { managedRoutes: [{ name: 'route' }] };
const EXACT = { exact: 'yes' };
const header = (match: object, name = 'route') => ({
  setHeaderRoute: { name, match: [{ headerName: 'x', ...match }] },
});
const mirror = (match: object, name = 'route') => ({ setMirrorRoute: { name, match: [match], percentage: 50 } });
const steps = (...list: unknown[]) => canary({ steps: list });
const routedSteps = (router: object, ...list: unknown[]) => routed({ ...router, ...MANAGED }, { steps: list });
const analysis = (fieldPath: string) => ({
  analysis: { templates: [{ templateName: 'errors' }], args: [{ name: 'of', valueFrom: { fieldRef: { fieldPath } } }] },
});
const experiment = (weight: unknown, more: object = {}) => ({
  experiment: { templates: [{ name: 'canary', specRef: 'canary', ...(weight === null ? {} : { weight }) }], ...more },
});

/** What a step says. */
export const ROLLOUT_STEP_CASES: readonly RuleCase[] = [
  {
    ...{ of: ['31'], code: 'step-mixes-kinds', severity: 'rejected', shows: 'a weight and a pause' },
    ...{ path: `${STEPS}[0]`, argoPath: `${ARGO}[0]` },
    bad: [steps({ setWeight: 20, ...PAUSE })],
    good: [steps({ setWeight: 20 }, PAUSE)],
  },
  {
    ...{ of: ['trap 14'], code: 'step-mixes-kinds', severity: 'unsafe', shows: 'a weight and a scale' },
    path: `${STEPS}[0]`,
    bad: [routed(ISTIO, { steps: [{ setWeight: 20, setCanaryScale: { weight: 25 } }, PAUSE] })],
    good: [routed(ISTIO, { steps: [{ setCanaryScale: { weight: 25 } }, { setWeight: 20 }, PAUSE] })],
  },
  {
    ...{ of: ['32'], code: 'step-empty', severity: 'rejected', shows: 'nothing' },
    ...{ path: `${STEPS}[1]`, argoPath: `${ARGO}[1]` },
    bad: [steps({ setWeight: 20 }, {})],
    good: [steps({ setWeight: 20 }, { plugin: { name: 'example/wait' } })],
  },
  {
    ...{ of: ['33'], code: 'weight-out-of-range', severity: 'rejected', shows: 'above 100' },
    ...{ path: `${STEPS}[0].setWeight`, argoPath: `${ARGO}[0].setWeight` },
    bad: [steps({ setWeight: 101 }, PAUSE)],
    good: [routed({ ...NGINX, maxTrafficWeight: 1000 }, { steps: [{ setWeight: 101 }, PAUSE] })],
  },
  {
    ...{ of: ['33'], code: 'weight-out-of-range', severity: 'rejected', shows: 'below 0' },
    ...{ path: `${STEPS}[0].setWeight`, argoPath: `${ARGO}[0].setWeight` },
    bad: [steps({ setWeight: -1 }, PAUSE)],
    good: [steps({ setWeight: 0 }, PAUSE)],
  },
  ...['1d', '5 minutes', '', '-30s', -30, '99999999999'].map(
    (duration): RuleCase => ({
      ...{ of: ['34'], code: 'pause-invalid', severity: 'rejected', shows: `a pause of ${JSON.stringify(duration)}` },
      ...{ path: `${STEPS}[1].pause.duration`, argoPath: `${ARGO}[1].pause.duration` },
      bad: [steps({ setWeight: 20 }, { pause: { duration } })],
      good: [
        steps(
          { setWeight: 20 },
          { pause: { duration: '1h30m' } },
          { pause: { duration: '30' } },
          { pause: { duration: 30 } },
        ),
      ],
    }),
  ),
  {
    ...{ of: ['own'], code: 'pause-invalid', severity: 'unsafe', shows: 'less than a second' },
    path: `${STEPS}[1].pause.duration`,
    bad: [steps({ setWeight: 20 }, { pause: { duration: '500ms' } })],
    good: [steps({ setWeight: 20 }, { pause: { duration: '0s' } })],
  },
  {
    ...{ of: ['own'], code: 'pause-invalid', severity: 'unsafe', shows: 'more seconds than 32 bits hold' },
    path: `${STEPS}[1].pause.duration`,
    bad: [steps({ setWeight: 20 }, { pause: { duration: '600000h' } })],
    good: [steps({ setWeight: 20 }, { pause: { duration: '590000h' } })],
  },
  {
    ...{ of: ['35'], code: 'needs-router', severity: 'rejected', shows: 'setCanaryScale' },
    ...{ path: `${STEPS}[0].setCanaryScale`, argoPath: 'spec.strategy.trafficRouting' },
    bad: [steps({ setCanaryScale: { weight: 25 } }, { setWeight: 20 }, PAUSE)],
    good: [routed(ISTIO, { steps: [{ setCanaryScale: { weight: 25 } }, { setWeight: 20 }, PAUSE] })],
  },
  {
    ...{ of: ['trap 15'], code: 'canary-scale-unclear', severity: 'unsafe', shows: 'an empty one' },
    path: `${STEPS}[0].setCanaryScale`,
    bad: [routed(ISTIO, { steps: [{ setCanaryScale: {} }] })],
    good: [routed(ISTIO, { steps: [{ setCanaryScale: { matchTrafficWeight: true } }] })],
  },
  {
    ...{ of: ['trap 15'], code: 'canary-scale-unclear', severity: 'unsafe', shows: 'a weight and replicas' },
    path: `${STEPS}[0].setCanaryScale`,
    bad: [routed(ISTIO, { steps: [{ setCanaryScale: { weight: 25, replicas: 2 } }] })],
    good: [routed(ISTIO, { steps: [{ setCanaryScale: { replicas: 2 } }] })],
  },
  {
    ...{ of: ['trap 15'], code: 'weight-out-of-range', severity: 'unsafe', shows: 'the scale of a canary' },
    path: `${STEPS}[0].setCanaryScale.weight`,
    bad: [routed(ISTIO, { steps: [{ setCanaryScale: { weight: 250 } }] })],
    good: [routed(ISTIO, { steps: [{ setCanaryScale: { weight: 25 } }] })],
  },
  {
    ...{ of: ['trap 15'], code: 'negative-value', severity: 'unsafe', shows: 'replicas of a canary' },
    path: `${STEPS}[0].setCanaryScale.replicas`,
    bad: [routed(ISTIO, { steps: [{ setCanaryScale: { replicas: -2 } }] })],
    good: [routed(ISTIO, { steps: [{ setCanaryScale: { replicas: 2 } }] })],
  },
  {
    ...{ of: ['36'], code: 'router-unsupported', severity: 'rejected', shows: 'a header route with nginx' },
    ...{ path: `${STEPS}[0].setHeaderRoute`, argoPath: `${ARGO}[0].setHeaderRoute` },
    bad: [routedSteps(NGINX, header({ headerValue: EXACT }))],
    good: [routedSteps(ISTIO, header({ headerValue: EXACT }))],
  },
  {
    ...{ of: ['37'], code: 'string-match', severity: 'rejected', shows: 'a prefix with alb' },
    path: `${STEPS}[0].setHeaderRoute.match[0].headerValue`,
    argoPath: `${ARGO}[0].setHeaderRoute.match[0]`,
    bad: [routedSteps(ALB, header({ headerValue: { prefix: 'y' } }))],
    good: [routedSteps(ALB, header({ headerValue: EXACT }))],
  },
  {
    ...{ of: ['38'], code: 'string-match', severity: 'rejected', shows: 'two ways to match a header' },
    path: `${STEPS}[0].setHeaderRoute.match[0].headerValue`,
    argoPath: `${ARGO}[0].setHeaderRoute.match[0]`,
    bad: [routedSteps(ISTIO, header({ headerValue: { prefix: 'y', regex: 'y.*' } }))],
    good: [routedSteps(ISTIO, header({ headerValue: { prefix: 'y' } }))],
  },
  {
    ...{ of: ['38'], code: 'missing-field', severity: 'rejected', shows: 'a header without a value to match' },
    path: `${STEPS}[0].setHeaderRoute.match[0].headerValue`,
    bad: [routedSteps(ISTIO, header({}))],
    good: [routedSteps(ISTIO, { setHeaderRoute: { name: 'route' } })],
  },
  {
    ...{ of: ['39'], code: 'router-unsupported', severity: 'rejected', shows: 'a mirror route with alb' },
    ...{ path: `${STEPS}[0].setMirrorRoute`, argoPath: `${ARGO}[0].setMirrorRoute` },
    bad: [routedSteps(ALB, mirror({ method: EXACT }))],
    good: [routedSteps(ISTIO, mirror({ method: EXACT }))],
  },
  {
    ...{ of: ['39'], code: 'router-unsupported', severity: 'rejected', shows: 'a mirror route with alb, in 1.10' },
    ...{ path: `${STEPS}[0].setMirrorRoute`, argoPath: `${ARGO}[0].setMirrorRoute`, target: '1.10' },
    bad: [routedSteps(ALB, mirror({ method: EXACT }))],
    good: [routedSteps(PLUGINS, mirror({ method: EXACT }))],
  },
  {
    ...{ of: ['39'], code: 'router-unsupported', severity: 'rejected', shows: 'a mirror of a plugin, before 1.10' },
    ...{ path: `${STEPS}[0].setMirrorRoute`, argoPath: `${ARGO}[0].setMirrorRoute`, target: '1.9' },
    bad: [routedSteps(PLUGINS, mirror({ method: EXACT }))],
    good: [routedSteps({ ...PLUGINS, ...ISTIO }, mirror({ method: EXACT }))],
  },
  ...['method', 'path'].map(
    (name): RuleCase => ({
      ...{ of: ['40'], code: 'string-match', severity: 'rejected', shows: `an empty ${name}` },
      path: `${STEPS}[0].setMirrorRoute.match[0].${name}`,
      argoPath: `${ARGO}[0].setMirrorRoute.match[0]`,
      bad: [routedSteps(ISTIO, mirror({ [name]: {} }))],
      good: [routedSteps(ISTIO, mirror({ [name]: EXACT }))],
    }),
  ),
  {
    ...{ of: ['trap 20'], code: 'string-match', severity: 'unsafe', shows: 'two ways to match a header of a mirror' },
    path: `${STEPS}[0].setMirrorRoute.match[0].headers.agent`,
    bad: [routedSteps(ISTIO, mirror({ headers: { agent: { exact: 'a', prefix: 'a' } } }))],
    good: [routedSteps(ISTIO, mirror({ headers: { agent: { exact: 'a' } } }))],
  },
  {
    ...{ of: ['own'], code: 'weight-out-of-range', severity: 'unsafe', shows: 'the percentage of a mirror' },
    path: `${STEPS}[0].setMirrorRoute.percentage`,
    bad: [routedSteps(ISTIO, { setMirrorRoute: { name: 'route', percentage: 101 } })],
    good: [routedSteps(ISTIO, { setMirrorRoute: { name: 'route', percentage: 100 } })],
  },
  {
    ...{ of: ['41'], code: 'managed-routes-missing', severity: 'rejected', shows: 'a header route without them' },
    ...{ path: `${CANARY}.trafficRouting.managedRoutes`, argoPath: 'spec.strategy.trafficRouting.managedRoutes' },
    bad: [routed(ISTIO, { steps: [header({ headerValue: EXACT })] })],
    good: [routedSteps(ISTIO, header({ headerValue: EXACT }))],
  },
  {
    ...{ of: ['42'], code: 'route-not-managed', severity: 'rejected', shows: 'another name' },
    ...{ path: `${STEPS}[0].setMirrorRoute`, argoPath: `${ARGO}[0].setMirrorRoute` },
    bad: [routedSteps(ISTIO, mirror({ method: EXACT }, 'rout'))],
    good: [routedSteps(ISTIO, mirror({ method: EXACT }))],
  },
  {
    ...{ of: ['43'], code: 'needs-router', severity: 'rejected', shows: 'the weight of an experiment' },
    path: `${STEPS}[0].experiment.templates[0].weight`,
    argoPath: `${ARGO}[0].experiment.templates[0].weight`,
    bad: [steps(experiment(5))],
    good: [steps(experiment(null))],
  },
  {
    ...{ of: ['44'], code: 'router-unsupported', severity: 'rejected', shows: 'the weight of an experiment' },
    path: `${STEPS}[0].experiment.templates[0].weight`,
    argoPath: `${ARGO}[0].experiment.templates[0].weight`,
    bad: [routed(NGINX, { steps: [experiment(5)] })],
    good: [routed(ALB, { steps: [experiment(5)] })],
  },
  ...["metadata.labels['a b']", 'metadata.ownerReferences', "metadata.name['x']", 'metadata'].map(
    (fieldPath): RuleCase => ({
      ...{ of: ['45'], code: 'field-path-invalid', severity: 'rejected', shows: `the argument ${fieldPath}` },
      path: `${STEPS}[0].analysis.args[0].valueFrom.fieldRef.fieldPath`,
      argoPath: `${ARGO}[0].analyses`,
      bad: [steps(analysis(fieldPath))],
      good: [steps(analysis('metadata.labels'), analysis('spec.replicas'), analysis('metadata.uid'))],
    }),
  ),
  {
    ...{ of: ['45'], code: 'field-path-invalid', severity: 'rejected', shows: 'the argument of an experiment' },
    path: `${STEPS}[0].experiment.analyses[0].args[0].valueFrom.fieldRef.fieldPath`,
    argoPath: `${ARGO}[0].analyses`,
    bad: [withExperimentArgument('metadata.names')],
    good: [withExperimentArgument('metadata.name')],
  },
  {
    ...{ of: ['45'], code: 'field-path-invalid', severity: 'advice', shows: 'a label that the Rollout has not' },
    path: `${STEPS}[0].analysis.args[0].valueFrom.fieldRef.fieldPath`,
    bad: [steps(analysis("metadata.labels['team']"))],
    good: [
      { ...steps(analysis("metadata.labels['team']")), metadata: { name: 'api', labels: { team: 'a' } } },
      { ...steps(analysis("metadata.annotations['rollout.argoproj.io/revision']")), metadata: { name: 'web' } },
    ],
  },
  {
    ...{ of: ['own'], code: 'field-path-invalid', severity: 'rejected', shows: 'where Argo does not look' },
    path: 'spec.strategy.blueGreen.prePromotionAnalysis.args[0].valueFrom.fieldRef.fieldPath',
    bad: [blueGreen({ prePromotionAnalysis: analysis('metadata.names').analysis })],
    good: [blueGreen({ prePromotionAnalysis: analysis('metadata.name').analysis })],
  },
];

function withExperimentArgument(fieldPath: string): unknown {
  const args = [{ name: 'of', valueFrom: { fieldRef: { fieldPath } } }];
  return steps(experiment(null, { analyses: [{ name: 'errors', templateName: 'errors', args }] }));
}

/** How a canary goes through its steps. */
export const ROLLOUT_COURSE_CASES: readonly RuleCase[] = [
  {
    ...{ of: ['trap 22'], code: 'weight-unwatched', severity: 'advice', shows: 'the first weight' },
    path: `${STEPS}[0].setWeight`,
    bad: [steps({ setWeight: 20 }, { setWeight: 50 }, PAUSE)],
    good: [steps({ setWeight: 0 }, { setWeight: 50 }, PAUSE)],
  },
  {
    ...{ of: ['trap 22'], code: 'last-weight-unwatched', severity: 'advice', shows: 'no pause at the end' },
    path: `${STEPS}[2].setWeight`,
    bad: [steps({ setWeight: 20 }, PAUSE, { setWeight: 50 })],
    good: [steps({ setWeight: 20 }, PAUSE, { setWeight: 100 })],
  },
  {
    ...{ of: ['trap 22'], code: 'weights-descend', severity: 'advice', shows: 'from 50 to 20' },
    path: `${STEPS}[2].setWeight`,
    bad: [steps({ setWeight: 50 }, PAUSE, { setWeight: 20 }, PAUSE)],
    good: [steps({ setWeight: 20 }, PAUSE, { setWeight: 50 }, PAUSE)],
  },
  {
    ...{ of: ['trap 22'], code: 'weight-unreachable', severity: 'unsafe', shows: '5 percent of 4 pods' },
    path: `${STEPS}[0].setWeight`,
    bad: [canary({ steps: [{ setWeight: 5 }, PAUSE] }, { replicas: 4 })],
    good: [routed(ISTIO, { steps: [{ setWeight: 5 }, PAUSE] }, { replicas: 4 })],
  },
  {
    ...{ of: ['own'], code: 'canary-too-small', severity: 'advice', shows: 'one pod for half the traffic' },
    path: `${STEPS}[2].setWeight`,
    bad: [routed(ISTIO, { steps: [{ setCanaryScale: { replicas: 1 } }, PAUSE, { setWeight: 50 }, PAUSE] })],
    good: [
      routed(ISTIO, {
        steps: [
          { setCanaryScale: { replicas: 1 } },
          { setWeight: 10 },
          { setCanaryScale: { matchTrafficWeight: true } },
          { setWeight: 50 },
          PAUSE,
        ],
      }),
    ],
  },
  {
    ...{ of: ['own'], code: 'canary-too-small', severity: 'advice', shows: 'a scale of 10 for a weight of 90' },
    path: `${STEPS}[1].setWeight`,
    bad: [routed(ISTIO, { steps: [{ setCanaryScale: { weight: 10 } }, { setWeight: 90 }, PAUSE] }, { replicas: null })],
    good: [routed(ISTIO, { steps: [{ setCanaryScale: { weight: 100 } }, { setWeight: 90 }, PAUSE] })],
  },
  {
    ...{ of: ['own'], code: 'full-weight-alone', severity: 'advice', shows: 'an analysis when no old pod is left' },
    path: `${STEPS}[2].setWeight`,
    bad: [steps({ setWeight: 20 }, PAUSE, { setWeight: 100 }, PAUSE)],
    good: [routed(ISTIO, { steps: [{ setWeight: 20 }, PAUSE, { setWeight: 100 }, PAUSE] })],
  },
  {
    ...{ of: ['own'], code: 'nothing-judges', severity: 'advice', shows: 'pauses that end by themselves', path: STEPS },
    bad: [steps({ setWeight: 20 }, PAUSE)],
    good: [steps({ setWeight: 20 }, { pause: {} })],
  },
  {
    ...{ of: ['trap 3'], code: 'analysis-starts-late', severity: 'unsafe', shows: 'after the last step' },
    path: `${CANARY}.analysis.startingStep`,
    bad: [canary({ analysis: { startingStep: 2, templates: [{ templateName: 'errors' }] } })],
    good: [canary({ analysis: { startingStep: 1, templates: [{ templateName: 'errors' }] } })],
  },
  {
    ...{ of: ['own'], code: 'deadline-stands-still', severity: 'advice', shows: 'a pause without an end' },
    path: 'spec.progressDeadlineAbort',
    bad: [canary({ steps: [{ setWeight: 20 }, { pause: {} }] }, { progressDeadlineAbort: true })],
    good: [canary({ steps: [{ setWeight: 20 }, PAUSE] }, { progressDeadlineAbort: true })],
  },
];
