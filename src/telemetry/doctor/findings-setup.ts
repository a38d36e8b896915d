/** What the doctor can say about the process, its packages, its variables and its identity. */

/** Codes about Node, about how telemetry is started, about packages, variables and identity. */
export const FINDINGS_OF_SETUP = {
  // Node, and how telemetry is started
  NODE_TOO_OLD: {
    severity: 'error',
    about: 'Node is older than the OpenTelemetry packages support.',
    mend: 'Use Node 22.15 or newer.',
  },
  NODE_HOOKS_ON_THREAD: {
    severity: 'info',
    about:
      'This release of Node runs the hooks that patch ES modules on a thread of their own, which costs start-up time.',
    mend: 'Node 22.22.3, 24.11.1, 25.1 and all newer ones run them in the thread of the app.',
  },
  NOT_STARTED: {
    severity: 'info',
    about:
      'Nothing that the doctor can see starts telemetry: neither NODE_OPTIONS, nor the entry, nor a script of package.json.',
    mend: 'Start the app with node --import rolloutguard/register; if a Dockerfile or a manifest does so, all is well.',
  },
  PRELOAD_NOT_FOUND: {
    severity: 'error',
    about: 'NODE_OPTIONS names a module that is not found from the working directory: Node ends before the app begins.',
    mend: 'Name it by its absolute path, or start in the folder of the app: --import is resolved from the working directory, not from the app.',
  },
  PRELOAD_FROM_CWD: {
    severity: 'info',
    about:
      'NODE_OPTIONS names a module by its package or by a relative path, and the working directory is not the folder of the app.',
    mend: 'Name it by its absolute path, so that another working directory does not keep the app from starting.',
  },
  LOADER_OPTION: {
    severity: 'warning',
    about:
      'NODE_OPTIONS has --experimental-loader or --loader. Beside our own hook it wraps modules twice, and on newer releases of Node it can hang.',
    mend: 'Leave it out: rolloutguard/register installs the hook itself.',
  },
  STATIC_START: {
    severity: 'warning',
    about:
      'An ES module starts telemetry by a static import and imports instrumented packages statically too: they are linked before telemetry starts and stay unpatched.',
    mend: 'Start it by node --import rolloutguard/register, or load the app by await import() after the start.',
  },
  LOADED_TOO_EARLY: {
    severity: 'warning',
    about: 'An instrumented package was loaded before telemetry started: calls through it make no spans, or only some.',
    mend: 'Start telemetry first, by node --import rolloutguard/register.',
  },
  INSTRUMENTATION_FAILED: {
    severity: 'warning',
    about: 'An instrumentation did not start and is left out; the app and the others go on.',
    mend: 'Update the OpenTelemetry packages together, or switch that one off by OTEL_NODE_DISABLED_INSTRUMENTATIONS.',
  },
  OTHER_AGENT: {
    severity: 'warning',
    about:
      'Another agent or OpenTelemetry SDK is preloaded. Two of them patch the same functions, and only one can register the signals.',
    mend: 'Keep one: remove the other one from NODE_OPTIONS or from the injection of the cluster, or do without ours.',
  },
  OTHER_AGENT_INSTALLED: {
    severity: 'info',
    about: 'The package.json of the app names another agent. If the app starts it, both patch the same functions.',
    mend: 'Make sure that only one is started.',
  },
  SDK_DISABLED: {
    severity: 'warning',
    about: 'OTEL_SDK_DISABLED is true: nothing is recorded.',
    mend: 'Unset OTEL_SDK_DISABLED.',
  },

  // Packages
  PEER_MISSING: {
    severity: 'error',
    about:
      'An OpenTelemetry package that telemetry needs is not installed where rolloutguard finds it: telemetry stays off.',
    mend: 'Run the npm install command that the finding shows.',
  },
  PEER_OUTSIDE_RANGE: {
    severity: 'error',
    about: 'An OpenTelemetry package has a version for which telemetry is not made, such as one of the 2.x line.',
    mend: 'Run the npm install command that the finding shows.',
  },
  DUPLICATE_API: {
    severity: 'error',
    about:
      'The app has a newer copy of @opentelemetry/api than telemetry: what the app records itself is dropped without a word.',
    mend: 'Install one copy of @opentelemetry/api for all.',
  },
  API_COPIES: {
    severity: 'info',
    about:
      'There is more than one copy of @opentelemetry/api. They get along as long as none is newer than that of telemetry.',
    mend: 'npm dedupe',
  },
  API_LOGS_OLD: {
    severity: 'warning',
    about:
      'There is a copy of @opentelemetry/api-logs: since 0.300 the api of logs is part of @opentelemetry/api, so what is logged through that copy goes nowhere.',
    mend: 'Update what depends on it to the release line of the SDK.',
  },
  SDK_LINES_MIXED: {
    severity: 'warning',
    about:
      'Packages of the 2.x line of the SDK are installed beside 3.x: instrumentations and exporters of one do not work with the other.',
    mend: 'Update what depends on the 2.x line; npm ls @opentelemetry/sdk-trace-base @opentelemetry/core names it.',
  },
  PACKAGE_TWICE: {
    severity: 'info',
    about: 'An OpenTelemetry package is installed more than once. Each copy costs memory and start-up time.',
    mend: 'npm dedupe, with all of them from one release.',
  },
  PACKAGES_NOT_SEEN: {
    severity: 'info',
    about: 'The installed packages could not be looked through, or not all of them.',
    mend: 'Look for copies with npm ls @opentelemetry/api, or its like in your package manager.',
  },

  // Variables
  BAD_SETTING: {
    severity: 'warning',
    about:
      'A variable holds a value that is not understood, or is not used here, such as OTEL_CONFIG_FILE; the next source or the default is used.',
    mend: 'Correct the value.',
  },
  OVERRULED_SETTING: {
    severity: 'info',
    about: 'A setting has no effect, because another one overrules it.',
    mend: 'Remove one of the two.',
  },
  BAD_RESOURCE_ATTRIBUTE: {
    severity: 'warning',
    about: 'A pair of OTEL_RESOURCE_ATTRIBUTES cannot be read. Ours uses the others; other SDKs discard all of them.',
    mend: 'Write key=value with commas between pairs, and percent-encode commas, equals signs and what is not ASCII.',
  },
  UNKNOWN_VARIABLE: {
    severity: 'warning',
    about: 'A variable begins with ROLLOUTGUARD_ and is none of ours.',
    mend: 'Correct or remove it.',
  },
  UNKNOWN_OTEL_VARIABLE: {
    severity: 'warning',
    about: 'A variable begins with OTEL_, nothing reads it, and a known one is called nearly the same.',
    mend: 'Correct or remove it.',
  },

  // Identity
  SERVICE_NAME_MISSING: {
    severity: 'error',
    about: 'Nobody says how the service is called: its telemetry is that of unknown_service:node.',
    mend: 'Set OTEL_SERVICE_NAME, or ROLLOUTGUARD_SERVICE_NAME, or a name in package.json.',
  },
  SERVICE_NAME_FROM_PACKAGE: {
    severity: 'info',
    about: 'The name of the service is that of package.json. It changes when the package is renamed.',
    mend: 'Set OTEL_SERVICE_NAME to the name under which the judge asks for the service.',
  },
  INCOMPLETE_IDENTITY: {
    severity: 'error',
    about: 'The deployment or the cohort is not known, so this telemetry cannot be judged.',
    mend: 'Set ROLLOUTGUARD_DEPLOYMENT_ID and ROLLOUTGUARD_COHORT, or mount the labels of the pod.',
  },
  IDENTITY_CONFLICT: {
    severity: 'warning',
    about: 'Two sources contradict each other about one attribute.',
    mend: 'Remove the one that is wrong.',
  },
  BAD_COHORT: {
    severity: 'error',
    about: 'A cohort is none of canary, stable, baseline, preview and active, so it is not used.',
    mend: 'Use canary, stable or baseline.',
  },
  BAD_IDENTITY: {
    severity: 'warning',
    about: 'A variable or a file says something about the deployment that cannot be right; the next source is asked.',
    mend: 'Correct the value.',
  },
  IDENTITY_FILE: {
    severity: 'warning',
    about: 'A file with the identity cannot be read, or a line of it.',
    mend: 'Mount labels and annotations by a downward API volume, and name the files in ROLLOUTGUARD_IDENTITY_FILES.',
  },
  COHORT_FILE: {
    severity: 'warning',
    about: 'The file of the labels that tells the cohort cannot be followed, or tells none any more.',
    mend: 'Mount metadata.labels by a downward API volume, as a folder.',
  },
  LABEL_FILE_ABSENT: {
    severity: 'info',
    about:
      'In Kubernetes, but the labels of the pod are not mounted: when the canary is promoted, its pods stay canary in their telemetry.',
    mend: 'Mount metadata.labels by a downward API volume at /etc/podinfo.',
  },
  LABEL_FILE_FIXED: {
    severity: 'warning',
    about:
      'The file of the labels is mounted by subPath. Kubernetes never updates such a file, so a promotion is not seen.',
    mend: 'Mount the volume as a folder, without subPath.',
  },
  LABEL_MISSING: {
    severity: 'warning',
    about: 'The labels of the pod are mounted, and none of them tells the cohort.',
    mend: 'Set rolloutguard.cohort: canary and rolloutguard.cohort: stable by canaryMetadata and stableMetadata of the Rollout.',
  },

  // The process
  PROVIDER_TAKEN: {
    severity: 'error',
    about: 'Another SDK had registered a signal before telemetry started; ours is off.',
    mend: 'Start telemetry first, or keep one SDK.',
  },
  ALREADY_STARTED: {
    severity: 'warning',
    about: 'Telemetry was started a second time; the options of the second start are not used.',
    mend: 'Start it once: in code or by --import, not both.',
  },
  BAD_MEASUREMENT: {
    severity: 'warning',
    about: 'A business metric was given a value that it cannot take.',
    mend: 'Give finite numbers; of a ratio, no more good ones than there are.',
  },
  VIEW_CONFLICT: {
    severity: 'warning',
    about: 'Two views of the app give one instrument the same stream; the first one is used.',
    mend: 'Give one of them another name, or remove it.',
  },
  COMPONENT_FAILED: {
    severity: 'warning',
    about: 'An exporter, processor, sampler, id generator or view that the app brings along threw.',
    mend: 'Mend that component.',
  },
  PROPAGATION_OFF: {
    severity: 'warning',
    about: 'Hosts are named that shall learn who calls them, but nothing can be sent.',
    mend: 'Leave baggage in OTEL_PROPAGATORS.',
  },
  COHORT_LISTENER: {
    severity: 'warning',
    about: 'A function of the app that is told of a switch of the cohort threw.',
    mend: 'Mend that function; the switch itself has been made.',
  },
  BAD_EVENT: {
    severity: 'warning',
    about: 'An event of the deployment was given a type or details that it cannot take.',
    mend: 'Use the types and details of emitDeploymentEvent.',
  },
  EVENT_LOST: {
    severity: 'warning',
    about: 'An event of the deployment could not be sent, because logs are not exported.',
    mend: 'Export logs over OTLP.',
  },
  NOT_CHECKED: {
    severity: 'info',
    about: 'A part of the examination failed, so nothing is said about its subject.',
    mend: 'Please report it with the output of rolloutguard doctor --json.',
  },
} as const;
