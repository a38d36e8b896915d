/** Finds out where this process runs. The arguments of the command line stay out: passwords stand there. */
import type { DetectedResource, Resource, ResourceDetector } from '@opentelemetry/resources';
import type { Peers } from '../packages/peers.ts';
import type { DetectorName } from './detector-names.ts';

/** Runs the detectors; what a failing one would have said is left out. Some attributes come later, as promises. */
export function detect(
  peers: Peers,
  names: readonly DetectorName[],
  own: readonly ResourceDetector[] | undefined,
): Resource {
  const detectors = own ?? names.flatMap((name) => MAKE[name](peers));
  return peers('@opentelemetry/resources').detectResources({ detectors: [...detectors] });
}

const MAKE: Record<DetectorName, (peers: Peers) => ResourceDetector[]> = {
  container: (peers) => [peers('@opentelemetry/resource-detector-container').containerDetector],
  host: (peers) => [peers('@opentelemetry/resources').hostDetector],
  os: (peers) => [peers('@opentelemetry/resources').osDetector],
  process: (peers) => [withoutArguments(peers('@opentelemetry/resources').processDetector)],
  alibaba: (peers) => [peers('@opentelemetry/resource-detector-alibaba-cloud').alibabaCloudEcsDetector],
  aws: (peers) => {
    const aws = peers('@opentelemetry/resource-detector-aws');
    return [
      aws.awsEc2Detector,
      aws.awsEcsDetector,
      aws.awsEksDetector,
      aws.awsBeanstalkDetector,
      aws.awsLambdaDetector,
    ];
  },
  azure: (peers) => {
    const azure = peers('@opentelemetry/resource-detector-azure');
    return [azure.azureAppServiceDetector, azure.azureFunctionsDetector, azure.azureVmDetector];
  },
  gcp: (peers) => [peers('@opentelemetry/resource-detector-gcp').gcpDetector],
};

function withoutArguments(detector: ResourceDetector): ResourceDetector {
  return {
    detect(config): DetectedResource {
      const { 'process.command_args': _, ...attributes } = detector.detect(config).attributes ?? {};
      return { attributes };
    },
  };
}
