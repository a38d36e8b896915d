import { containersOf, type Pod } from './pod.ts';

/** Security contexts that contradict themselves. Argo takes `privileged` away before it looks, so that alone is no matter. */
export function checkSecurity(pod: Pod): void {
  const { spec, reject, context } = pod;
  const shared = spec.at('securityContext');
  for (const owner of [...containersOf(pod), spec]) {
    const security = owner.at('securityContext');
    if (security.at('allowPrivilegeEscalation').value === false) {
      const added = security.at('capabilities', 'add').items.find(({ text }) => text === 'CAP_SYS_ADMIN');
      if (added) reject('bad-security', added, 'It allows what allowPrivilegeEscalation forbids.', 'Leave one out.');
      if (security.at('privileged').value === true)
        context.report.unsafe(
          'bad-security',
          security.at('privileged'),
          'A privileged container may always escalate.',
          'The API server refuses the ReplicaSet: the new version never starts.',
          'Leave out privileged or allowPrivilegeEscalation.',
        );
    }
    const profile = security.at('seccompProfile');
    const isLocal = profile.at('type').text === 'Localhost';
    if (profile.at('type').present && isLocal !== profile.at('localhostProfile').present)
      reject('bad-security', profile, 'localhostProfile belongs to the type Localhost.', 'Give both or none.');
    if (owner === spec) continue;
    const [user, nonRoot] = ['runAsUser', 'runAsNonRoot'].map((key) =>
      security.at(key).present ? security.at(key) : shared.at(key),
    );
    if (user!.value === 0 && nonRoot!.value === true)
      context.report.unsafe(
        'bad-security',
        user!,
        'runAsUser 0 is root, which runAsNonRoot forbids.',
        'The container never starts.',
        'Use another user.',
      );
  }
}
