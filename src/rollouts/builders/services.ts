/** The Services of a rollout. */
import type { OptionCheck } from '../../options.ts';
import type { Service, ServicePort } from '../types/kubernetes.ts';
import { checkOf, list, objects } from './options.ts';

/** Options of {@link services}. */
export interface ServicesOptions<Role extends string> {
  /** What they are for, which is also the end of their names. @defaultValue ['stable', 'canary'] */
  roles?: readonly Role[];
  /** Names in place of `api-stable` ... */
  names?: Partial<Record<NoInfer<Role>, string>>;
  namespace?: string;
  /** @defaultValue port 80 to the containers' port `http` */
  ports?: ServicePort[];
  /** Labels of the pods. @defaultValue `app.kubernetes.io/name` with the given name */
  selector?: { [name: string]: string };
}

/**
 * The pair of Services that a rollout switches or weighs: `services('api').stable` is called `api-stable`. For blue-green:
 * `services('api', { roles: ['active', 'preview'] })`.
 *
 * @param name - of the rollout.
 * @throws RolloutGuardError `INVALID_OPTION` without a name, when two names are equal, or when an option does not exist.
 */
export function services<const Role extends string = 'stable' | 'canary'>(
  name: string,
  options: ServicesOptions<Role> = {},
): Record<Role, Service> {
  const check = checkOf('services', options, 'roles names namespace ports selector');
  check.text('name', name);
  const { namespace, selector = { 'app.kubernetes.io/name': name } } = options;
  const { ports = [{ name: 'http', port: 80, targetPort: 'http' }] } = options;
  const roles = list(check, 'options.roles', options.roles ?? (['stable', 'canary'] as string[] as Role[]));
  const names = roles.map((role) => options.names?.[role] ?? `${name}-${role}`);
  if (new Set(names).size < names.length) check.fail('options.names', names, 'Each needs a name of its own.');
  return Object.fromEntries(
    roles.map((role, index): [Role, Service] => {
      const own = check.text(`options.names.${role}`, names[index]);
      const metadata = { name: own, ...(namespace !== undefined && { namespace }), labels: { ...selector } };
      const spec = {
        selector: { ...selector },
        ports: objects(check, 'options.ports', ports).map((port) => ({ ...port })),
      };
      return [role, { apiVersion: 'v1', kind: 'Service', metadata, spec }];
    }),
  ) as Record<Role, Service>;
}

/** A Service or its name. */
export type ServiceName = string | Service;

/** The name of a Service. */
export function serviceName(check: OptionCheck, path: string, service: ServiceName): string {
  return check.text(path, typeof service === 'string' ? service : service?.metadata?.name);
}
