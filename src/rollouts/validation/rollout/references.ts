/** Services, Ingresses and workloads that a Rollout names (Argo: validation_references.go, rollout/templateref.go). */
import type { Context } from '../context.ts';
import { type Field, pathText } from '../field.ts';
import { follow } from '../references.ts';
import { shown } from '../shown.ts';
import { invalid } from './strategy.ts';

const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';
const POD_HASH = 'rollouts-pod-template-hash';
const WORKLOADS: Readonly<Record<string, string>> = { Deployment: 'apps', ReplicaSet: 'apps', PodTemplate: '' };

/** Each Service that a strategy names. */
const SERVICES: readonly (readonly string[])[] = [
  ['blueGreen', 'activeService'],
  ['blueGreen', 'previewService'],
  ['canary', 'stableService'],
  ['canary', 'canaryService'],
  ['canary', 'pingPong', 'pingService'],
  ['canary', 'pingPong', 'pongService'],
];

/** Argo rules 46 to 48, 62, 63 and 67. */
export function checkReferences(root: Field, context: Context): void {
  const template = checkWorkload(root, context);
  for (const path of SERVICES) checkService(root.at('spec', 'strategy', ...path), template, context);
  checkIngresses(root.at('spec', 'strategy', 'canary'), context);
}

/** The pod template, of the Rollout or of its workload; `null` when it is not given. */
function checkWorkload(root: Field, context: Context): Field | null {
  const workload = root.at('spec', 'workloadRef');
  if (!workload.present) return root.at('spec', 'template').present ? root.at('spec', 'template') : null;
  const kind = workload.at('kind');
  const version = workload.at('apiVersion');
  if (!workload.isObject || [kind, version].some((field) => field.present && field.text === undefined)) return null;
  const group = (version.text ?? '').includes('/') ? version.text!.split('/')[0]! : '';
  const isKnown = Object.hasOwn(WORKLOADS, kind.text ?? '') && WORKLOADS[kind.text!] === group;
  if (!isKnown) {
    const message = `A workload of ${shown(version.text ?? '')} ${shown(kind.text ?? '')} is not supported.`;
    const mend = 'Refer to a Deployment or ReplicaSet of apps/v1, or a PodTemplate.';
    invalid(context, 'workload-invalid', kind, message, mend);
    return null;
  }
  const given = follow(workload.at('name'), { kind: kind.text! }, context);
  const template = given?.root.at(...(kind.text === 'PodTemplate' ? ['template'] : ['spec', 'template']));
  return template?.present === true ? template : null;
}

function checkService(at: Field, template: Field | null, context: Context): void {
  const service = follow(at, { kind: 'Service' }, context);
  if (service === undefined) return;
  const path = pathText(at.path);
  const manager = service.root.at('metadata', 'annotations', MANAGED_BY).text;
  if (manager !== undefined && manager !== context.self.ref.name) {
    const message = `Service ${shown(at.text)} is managed by Rollout ${shown(manager)}.`;
    invalid(context, 'service-managed-by-other', at, message, `Use a Service of its own.`, path);
  }
  const owner = context.objects.claim(service, context.self).ref.name;
  if (manager === undefined && owner !== context.self.ref.name) {
    const message = `Rollout ${shown(owner)} names Service ${shown(at.text)} too.`;
    const effect = 'The second is marked InvalidSpec.';
    context.report.unsafe('service-shared', at, message, effect, 'Use a Service of its own.');
  }
  if (template === null) return;
  const labels = template.at('metadata', 'labels');
  for (const [key, value] of service.root.at('spec', 'selector').entries) {
    // Labels of a role, as of canaryMetadata, do not count: Argo looks at the template alone.
    if (labels.at(key).text === value.text || key === POD_HASH || value.text === undefined) continue;
    const message = `Service ${shown(at.text)} selects ${shown(key)}: ${shown(value.text)}, which the pod template does not have.`;
    invalid(context, 'service-selector', at, message, 'Give it that label, or mend the selector.', path);
  }
}

function checkIngresses(canary: Field, context: Context): void {
  const stable = canary.at('stableService').text;
  const nginx = canary.at('trafficRouting', 'nginx');
  const alb = canary.at('trafficRouting', 'alb');
  for (const at of [nginx.at('stableIngress'), ...nginx.at('stableIngresses').items]) checkIngress(at, stable, context);
  const rooted = alb.at('rootService').text || stable;
  for (const at of [alb.at('ingress'), ...alb.at('ingresses').items]) checkIngress(at, rooted, context);
}

function checkIngress(at: Field, service: string | undefined, context: Context): void {
  const ingress = follow(at, { kind: 'Ingress' }, context);
  if (ingress === undefined || service === undefined) return;
  for (const rule of ingress.root.at('spec', 'rules').items) {
    for (const path of rule.at('http', 'paths').items) {
      const backend = path.at('backend');
      if (backend.at('service', 'name').text === service || backend.at('serviceName').text === service) return;
    }
  }
  const message = `No rule of Ingress ${shown(at.text)} leads to Service ${shown(service)}.`;
  const mend = 'Give it a rule whose backend is that Service.';
  invalid(context, 'ingress-backend', at, message, mend, pathText(at.path.slice(0, 6)));
}
