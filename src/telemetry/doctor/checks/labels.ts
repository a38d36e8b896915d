/** Whether a promotion can be seen: the labels of the pod, as files. */

import { shownName } from '../../shown-text.ts';
import type { Check } from '../facts.ts';
import { finding } from '../finding.ts';

/** The files. That a named one cannot be read is told by the start itself. */
export const checkLabels: Check = ({ labelFiles, env }) => {
  const present = labelFiles.filter(({ state }) => state === 'read');
  if (present.length === 0) {
    // Set by Kubernetes in every pod.
    const inKubernetes = (env['KUBERNETES_SERVICE_HOST'] ?? '') !== '';
    const looked = labelFiles.map(({ path }) => shownName(path)).join(', ');
    return inKubernetes ? [finding('LABEL_FILE_ABSENT', `none of these is there: ${looked}.`)] : [];
  }
  const fixed = present.filter(({ isMountPoint }) => isMountPoint);
  const silent = present.every(({ tellsCohort }) => !tellsCohort);
  return [
    ...fixed.map(({ path }) => finding('LABEL_FILE_FIXED', `${shownName(path)} is mounted by subPath.`)),
    ...(silent
      ? [
          finding(
            'LABEL_MISSING',
            `no label tells the cohort: ${present.map(({ path }) => shownName(path)).join(', ')}.`,
          ),
        ]
      : []),
  ];
};
