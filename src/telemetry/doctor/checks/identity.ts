/** Whether the identity is known, and from whom. */
import { ATTRIBUTE } from '../../attributes.ts';
import { shownText } from '../../shown-text.ts';
import { conflictText } from '../conflict-text.ts';
import type { Check } from '../facts.ts';
import { finding } from '../finding.ts';

/** Who the service says that it is. That deployment or cohort are missing is told by the start itself. */
export const checkIdentity: Check = ({ plan, started }) => {
  const { service } = plan.identity.known;
  const { conflicts } = plan.identity;
  const named =
    service === undefined
      ? [
          finding(
            'SERVICE_NAME_MISSING',
            `nobody says how the service is called: it is ${shownText(String(plan.attributes[ATTRIBUTE.serviceName]))}.`,
          ),
        ]
      : service.source === 'package.json'
        ? [
            finding(
              'SERVICE_NAME_FROM_PACKAGE',
              `the service is called ${JSON.stringify(shownText(service.value))}, as in package.json.`,
            ),
          ]
        : [];
  const off =
    plan.settings.disabled && started === null
      ? [finding('SDK_DISABLED', 'OTEL_SDK_DISABLED is true, so nothing is recorded.')]
      : [];
  return [...off, ...named, ...conflicts.map((conflict) => finding('IDENTITY_CONFLICT', conflictText(conflict)))];
};
