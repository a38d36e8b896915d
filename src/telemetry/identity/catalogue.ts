/**
 * What platforms and CI systems leave in the environment.
 *
 * A platform that runs the process (`run`) says what it runs. The variables of a CI system (`build`) exist in a pipeline's
 * job; a service sees them only where the image was built with them, and then they tell of the build, or of the build of
 * the image below. So platforms are asked first. Who deployed can say it plainly (`GIT_COMMIT`, `DEPLOYMENT_ID`, ...), and
 * is asked before either. Nothing here is a claim: it fills gaps, and contradicts nobody.
 */
import { type Environment, textOf } from '../environment.ts';
import type { IdentityField } from './deployment-identity.ts';

/** A platform or a CI system. */
export interface System {
  readonly name: string;
  /** `run`: set while the service runs. `build`: set in the job that built it. */
  readonly when: 'run' | 'build';
  /** Per field the variables, in order; `{A}/{B}` is made of several. */
  readonly says: { readonly [Field in IdentityField]?: readonly string[] };
}

const RUN: Readonly<Record<string, string>> = {
  Datadog:
    'service=DD_SERVICE version=DD_VERSION environment=DD_ENV commit=DD_GIT_COMMIT_SHA branch=DD_GIT_BRANCH repositoryUrl=DD_GIT_REPOSITORY_URL',
  Vercel: 'id=VERCEL_DEPLOYMENT_ID environment=VERCEL_ENV commit=VERCEL_GIT_COMMIT_SHA branch=VERCEL_GIT_COMMIT_REF',
  Railway:
    'id=RAILWAY_DEPLOYMENT_ID service=RAILWAY_SERVICE_NAME environment=RAILWAY_ENVIRONMENT_NAME commit=RAILWAY_GIT_COMMIT_SHA branch=RAILWAY_GIT_BRANCH instance=RAILWAY_REPLICA_ID',
  Render: 'service=RENDER_SERVICE_NAME commit=RENDER_GIT_COMMIT branch=RENDER_GIT_BRANCH instance=RENDER_INSTANCE_ID',
  Heroku:
    'id=HEROKU_RELEASE_VERSION service=HEROKU_APP_NAME commit=HEROKU_BUILD_COMMIT|HEROKU_SLUG_COMMIT timestamp=HEROKU_RELEASE_CREATED_AT instance=HEROKU_DYNO_ID',
  'Cloud Run, Knative': 'id=K_REVISION service=K_SERVICE',
  'App Engine': 'id=GAE_DEPLOYMENT_ID service=GAE_SERVICE version=GAE_VERSION instance=GAE_INSTANCE',
  'AWS Lambda': 'id=AWS_LAMBDA_FUNCTION_VERSION service=AWS_LAMBDA_FUNCTION_NAME',
  'Azure Container Apps': 'id=CONTAINER_APP_REVISION service=CONTAINER_APP_NAME instance=CONTAINER_APP_REPLICA_NAME',
  'Azure App Service': 'service=WEBSITE_SITE_NAME instance=WEBSITE_INSTANCE_ID',
  'Fly.io': 'service=FLY_APP_NAME instance=FLY_MACHINE_ID',
  Nomad: 'service=NOMAD_JOB_NAME instance=NOMAD_ALLOC_ID',
};

const BUILD: Readonly<Record<string, string>> = {
  'GitHub Actions':
    'commit=GITHUB_SHA branch=GITHUB_HEAD_REF|GITHUB_REF repositoryUrl={GITHUB_SERVER_URL}/{GITHUB_REPOSITORY} pipelineRunId=GITHUB_RUN_ID pipelineRunUrl={GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}',
  'GitLab CI, Woodpecker':
    'commit=CI_COMMIT_SHA branch=CI_COMMIT_BRANCH repositoryUrl=CI_PROJECT_URL|CI_REPO_URL pipelineRunId=CI_PIPELINE_ID|CI_PIPELINE_NUMBER pipelineRunUrl=CI_PIPELINE_URL',
  Bitbucket:
    'commit=BITBUCKET_COMMIT branch=BITBUCKET_BRANCH repositoryUrl=BITBUCKET_GIT_HTTP_ORIGIN pipelineRunId=BITBUCKET_PIPELINE_UUID pipelineRunUrl=https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}',
  'AWS CodeBuild':
    'commit=CODEBUILD_RESOLVED_SOURCE_VERSION branch=CODEBUILD_WEBHOOK_HEAD_REF repositoryUrl=CODEBUILD_SOURCE_REPO_URL pipelineRunId=CODEBUILD_BUILD_ID pipelineRunUrl=CODEBUILD_BUILD_URL',
  'AWS Amplify': 'commit=AWS_COMMIT_ID branch=AWS_BRANCH',
  'Azure Pipelines':
    'commit=BUILD_SOURCEVERSION branch=BUILD_SOURCEBRANCH repositoryUrl=BUILD_REPOSITORY_URI pipelineRunId=BUILD_BUILDID pipelineRunUrl={SYSTEM_TEAMFOUNDATIONCOLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}',
  Bitrise:
    'commit=GIT_CLONE_COMMIT_HASH branch=BITRISE_GIT_BRANCH pipelineRunId=BITRISE_BUILD_SLUG pipelineRunUrl=BITRISE_BUILD_URL',
  Buddy:
    'commit=BUDDY_EXECUTION_REVISION branch=BUDDY_EXECUTION_BRANCH pipelineRunId=BUDDY_EXECUTION_ID pipelineRunUrl=BUDDY_EXECUTION_URL',
  Buildkite:
    'commit=BUILDKITE_COMMIT branch=BUILDKITE_BRANCH repositoryUrl=BUILDKITE_REPO pipelineRunId=BUILDKITE_BUILD_ID pipelineRunUrl=BUILDKITE_BUILD_URL',
  CircleCI:
    'commit=CIRCLE_SHA1 branch=CIRCLE_BRANCH repositoryUrl=CIRCLE_REPOSITORY_URL pipelineRunId=CIRCLE_WORKFLOW_ID pipelineRunUrl=CIRCLE_BUILD_URL',
  'Cirrus CI':
    'commit=CIRRUS_CHANGE_IN_REPO branch=CIRRUS_BRANCH repositoryUrl=CIRRUS_REPO_CLONE_URL pipelineRunId=CIRRUS_BUILD_ID pipelineRunUrl=https://cirrus-ci.com/build/{CIRRUS_BUILD_ID}',
  Codefresh: 'commit=CF_REVISION branch=CF_BRANCH pipelineRunId=CF_BUILD_ID pipelineRunUrl=CF_BUILD_URL',
  'Cloudflare Pages': 'commit=CF_PAGES_COMMIT_SHA branch=CF_PAGES_BRANCH',
  Codemagic: 'commit=CM_COMMIT branch=CM_BRANCH pipelineRunId=CM_BUILD_ID',
  Drone:
    'commit=DRONE_COMMIT_SHA branch=DRONE_BRANCH repositoryUrl=DRONE_REPO_LINK pipelineRunId=DRONE_BUILD_NUMBER pipelineRunUrl=DRONE_BUILD_LINK',
  Semaphore:
    'commit=SEMAPHORE_GIT_SHA branch=SEMAPHORE_GIT_WORKING_BRANCH|SEMAPHORE_GIT_BRANCH repositoryUrl=SEMAPHORE_GIT_URL pipelineRunId=SEMAPHORE_PIPELINE_ID pipelineRunUrl={SEMAPHORE_ORGANIZATION_URL}/workflows/{SEMAPHORE_WORKFLOW_ID}',
  'Travis CI':
    'commit=TRAVIS_PULL_REQUEST_SHA|TRAVIS_COMMIT branch=TRAVIS_BRANCH pipelineRunId=TRAVIS_BUILD_ID pipelineRunUrl=TRAVIS_BUILD_WEB_URL',
  // Names that others use too come last.
  Jenkins: 'commit=GIT_COMMIT branch=GIT_BRANCH repositoryUrl=GIT_URL pipelineRunId=BUILD_TAG pipelineRunUrl=BUILD_URL',
  Netlify: 'commit=COMMIT_REF repositoryUrl=REPOSITORY_URL',
  TeamCity: 'commit=BUILD_VCS_NUMBER',
  'Heroku build, Google Cloud Build': 'commit=SOURCE_VERSION|COMMIT_SHA',
};

/** Platforms, then CI systems, in the order in which they are asked. */
export const SYSTEMS: readonly System[] = [
  ...Object.entries(RUN).map(([name, says]) => system(name, 'run', says)),
  ...Object.entries(BUILD).map(([name, says]) => system(name, 'build', says)),
];

/** These tell of one build, so they are taken from one system: the first that knows the commit, or else any of them. */
const OF_THE_BUILD: readonly IdentityField[] = ['commit', 'branch', 'repositoryUrl', 'pipelineRunId', 'pipelineRunUrl'];

/** A text that a system has left, not yet checked, and the variable that holds it (of several, the last). */
export interface Found {
  readonly field: IdentityField;
  readonly text: string;
  readonly source: string;
}

/** What the systems say about each field, in order. `usable` tells whether a text is a value of its field. */
export function catalogued(env: Environment, usable: (found: Found) => boolean): Found[] {
  const said = SYSTEMS.map((system) => saidBy(system, env, usable));
  const built = said.find((found) => found.some(({ field }) => field === 'commit')) ?? said.find(tellsOfBuild) ?? [];
  return [
    ...said.flat().filter(({ field }) => !OF_THE_BUILD.includes(field)),
    ...built.filter(({ field }) => OF_THE_BUILD.includes(field)),
  ];
}

function tellsOfBuild(found: readonly Found[]): boolean {
  return found.some(({ field }) => OF_THE_BUILD.includes(field));
}

/** Of each field the first that is set and usable. */
function saidBy({ says }: System, env: Environment, usable: (found: Found) => boolean): Found[] {
  const all: Found[] = [];
  for (const field of Object.keys(says) as IdentityField[]) {
    for (const entry of says[field] ?? []) {
      const found = expanded(env, entry, field);
      if (found === null || !usable(found)) continue;
      all.push(found);
      break;
    }
  }
  return all;
}

function expanded(env: Environment, entry: string, field: IdentityField): Found | null {
  // Nearly all of them are not set, so this is what a start pays for.
  if (!entry.includes('{')) return isSet(env, entry) ? { field, text: textOf(env, entry), source: entry } : null;
  const names = variablesIn(entry);
  if (!names.every((name) => isSet(env, name))) return null;
  const text = entry.replace(/\{(\w+)\}/g, (_, name: string) => textOf(env, name));
  return { field, text, source: names.at(-1) as string };
}

function isSet(env: Environment, name: string): boolean {
  return textOf(env, name) !== '';
}

/** The variables of an entry: itself, or those that it is made of. */
export function variablesIn(entry: string): string[] {
  const names = [...entry.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  return names.length > 0 ? names : [entry];
}

function system(name: string, when: System['when'], says: string): System {
  const fields = says.split(' ').map((entry) => {
    const at = entry.indexOf('=');
    return [entry.slice(0, at), entry.slice(at + 1).split('|')] as const;
  });
  return { name, when, says: Object.fromEntries(fields) };
}
