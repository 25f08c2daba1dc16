import { describedVariables } from '#config';
import { acceptedValues } from './accepted-values.mjs';
import { localVariables } from './local-variables.mjs';

/** docs/configuration.md, from the descriptions and validators in libs/config/src/environment.ts. */
export function configurationPage() {
  return `<!-- Generated from libs/config/src/environment.ts by "npm run docs". -->

# Configuration

Every process reads its environment once, before anything else starts, and validates all of it: each problem is a line on
standard error, the exit code is 1, and no value is printed. A \`.env\` file in the working directory completes the
environment, which wins over it; [.env.example](../.env.example) is one to copy. An empty variable counts as unset.

URLs must be \`https\`, except on loopback (\`localhost\`, \`127.0.0.1\`, \`[::1]\`), and hold no credentials. Variables marked
_secret_ appear as \`[secret]\` wherever the configuration is printed.

## What has to be set

| for | variables |
| --- | --- |
| the API, sync and streamed | \`PROXY_API_KEY\` and at least one upstream, for example \`ANTHROPIC_API_KEY\`, or \`GATEWAY_CONFIG\` or \`GATEWAY_CONFIG_YAML\` |
| durable requests besides | \`SUPABASE_URL\`, \`SUPABASE_SERVICE_ROLE_KEY\` and \`SQS_QUEUE_URL\`, in the API and in the worker; some without the others is a start-up error |
| the worker | the three above and at least one upstream |

## All variables

| variable | what it is | values | default |
| --- | --- | --- | --- |
${describedVariables().map(row).join('\n')}

## The route file

\`GATEWAY_CONFIG\` names a YAML file with targets, routes (aliases, patterns, fallbacks, weights, canary shares, stickiness by
session), limits and timeouts per target, prices and retries. [gateway-config.example.yaml](gateway-config.example.yaml) shows all
of it with comments, and [gateway-config.schema.json](gateway-config.schema.json) tells editors what is valid. Keys stand in it as
references to the environment alone, \`\${env:NAME}\`.

It is read at start and again on SIGHUP and when it changes, by the API and the worker. Every problem is told with its line and
column. At start a problem is exit code 1; later the file is refused, the log says why, and the former routes go on holding.
Requests under way keep the targets that they were given. Each reading is logged with the file's hash.

Where no file can be mounted (ECS, App Runner), \`GATEWAY_CONFIG_YAML\` holds the file's text itself. It is validated alike, its
problems begin with \`GATEWAY_CONFIG_YAML:LINE:COLUMN:\`, and it is read at start alone: a process has its environment for life, so
other routes mean other processes. Both set is a start-up error.

| deployment | how the routes get there | how they change |
| --- | --- | --- |
| a process, Kubernetes | a file, \`GATEWAY_CONFIG\` | write the file |
| [Docker](OPERATIONS_DOCKER_AND_APP_RUNNER.md#routes) | a mounted directory, \`GATEWAY_CONFIG\` | write the file |
| [ECS](../infra/terraform/README.md#routes-and-their-keys) | \`gateway_config\` of Terraform | apply, then release the present image again |
| [App Runner](OPERATIONS_DOCKER_AND_APP_RUNNER.md#app-runner) | \`gateway_config\` of Terraform | apply |

## Read by others

AWS credentials are found by the AWS SDK itself, in the environment (\`AWS_ACCESS_KEY_ID\`, \`AWS_SECRET_ACCESS_KEY\`), a profile or
the role of the container or instance. Node reads its own variables, such as \`NODE_OPTIONS\` and \`NODE_EXTRA_CA_CERTS\`.

## \`npm run local\`

Starts whatever the environment does not name, and needs none of the variables above. It reads these too:

| variable | what it is | default |
| --- | --- | --- |
${localVariables.map(({ name, description, fallback }) => `| \`${name}\` | ${description} | \`${fallback}\` |`).join('\n')}

Copies run beside each other with other ports (\`PORT\` and \`WORKER_PORT\` included) and another \`LOCAL_DATA_DIR\`.
`;
}

function row({ name, description, fallback, secret }) {
  const what = `${description.replaceAll('|', String.raw`\|`)}${secret ? ' _Secret._' : ''}`;
  return `| \`${name}\` | ${what} | ${acceptedValues(name)} | ${fallback === '' ? '' : `\`${fallback}\``} |`;
}
