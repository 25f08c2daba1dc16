import { describedVariables } from '#config';
import { acceptedValues } from './accepted-values.mjs';
import { localVariables } from './local-variables.mjs';

/** docs/configuration.md, from the descriptions and validators in libs/config/src/environment.ts. */
export function configurationPage() {
  return `<!-- Generated from libs/config/src/environment.ts by "npm run docs". -->

# Configuration

Every process reads its environment once, before anything else starts, and validates all of it. Each problem is a line on standard
error, which never shows the value, and the exit code is 1. A \`.env\` file in the working directory is read as well; a variable that
the environment sets too has the environment's value. [.env.example](../.env.example) is one to copy. An empty variable counts as unset.

URLs must be \`https\`, except on loopback (\`localhost\`, \`127.0.0.1\`, \`[::1]\`), and must not hold credentials. Variables marked
_secret_ appear as \`[secret]\` wherever the configuration is printed.

## What has to be set

| for | variables |
| --- | --- |
| the API, sync and stream | \`PROXY_API_KEY\` and at least one upstream, for example \`ANTHROPIC_API_KEY\`, or \`GATEWAY_CONFIG\` or \`GATEWAY_CONFIG_YAML\` |
| durable requests too | in addition \`SUPABASE_URL\`, \`SUPABASE_SERVICE_ROLE_KEY\` and \`SQS_QUEUE_URL\`, in the API and in the worker; only some of the three is a start-up error |
| the worker | these three and at least one upstream |

## All variables

| variable | what it is | values | default |
| --- | --- | --- | --- |
${describedVariables().map(row).join('\n')}

## The route file

\`GATEWAY_CONFIG\` names a YAML file with targets, routes (aliases, patterns, fallbacks, weights, canary shares, stickiness by
session), limits and timeouts per target, prices and retries. [gateway-config.example.yaml](gateway-config.example.yaml) shows all
of it with comments, and [gateway-config.schema.json](gateway-config.schema.json) tells editors what is valid. The file never holds a
key itself, only a reference to an environment variable: \`apiKey: \${env:NAME}\` or \`apiKeyEnv: NAME\`.

API and worker read it at start, on SIGHUP and whenever it changes. Every problem is reported with its line and column. At start, a
problem ends the process with exit code 1; later, the file is refused, the log says why, and the former routes stay in force.
Requests in progress keep the targets that they were given. Each reading is logged with the file's hash.

Where no file can be mounted (ECS, App Runner), \`GATEWAY_CONFIG_YAML\` holds the file's text itself. It is validated in the same way,
and its problems begin with \`GATEWAY_CONFIG_YAML:LINE:COLUMN:\`. It is read only at start, because the environment of a process does
not change: new routes need new processes, and SIGHUP ends one in order, as SIGTERM does. Setting both variables is a start-up error.

| deployment | how the routes get there | how they change |
| --- | --- | --- |
| a process, Kubernetes | a file, \`GATEWAY_CONFIG\` | change the file |
| [Docker](OPERATIONS_DOCKER_AND_APP_RUNNER.md#routes) | a mounted directory, \`GATEWAY_CONFIG\` | change the file |
| [ECS](../infra/terraform/README.md#routes-and-their-keys) | \`gateway_config\` of Terraform | \`terraform apply\`, then release the present image again |
| [App Runner](OPERATIONS_DOCKER_AND_APP_RUNNER.md#app-runner) | \`gateway_config\` of Terraform | \`terraform apply\` |

## Read by others

The AWS SDK finds its credentials itself: in the environment (\`AWS_ACCESS_KEY_ID\`, \`AWS_SECRET_ACCESS_KEY\`), in a profile, or from
the role of the container or instance. Node reads its own variables, such as \`NODE_OPTIONS\` and \`NODE_EXTRA_CA_CERTS\`.

## \`npm run local\`

Starts an embedded SQS, Supabase and upstream in place of whatever the environment does not name, so it needs none of the variables above. It
reads these too:

| variable | what it is | default |
| --- | --- | --- |
${localVariables.map(({ name, description, fallback }) => `| \`${name}\` | ${description} | \`${fallback}\` |`).join('\n')}

To run several copies at once, give each its own ports (\`PORT\` and \`WORKER_PORT\` included) and its own \`LOCAL_DATA_DIR\`.
`;
}

function row({ name, description, fallback, secret }) {
  const what = `${description.replaceAll('|', String.raw`\|`)}${secret ? ' _Secret._' : ''}`;
  return `| \`${name}\` | ${what} | ${acceptedValues(name)} | ${fallback === '' ? '' : `\`${fallback}\``} |`;
}
