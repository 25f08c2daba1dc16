type Variables = Readonly<Record<string, string | undefined>>;

/** Each makes a real vendor an upstream; see libs/config. */
const vendorVariables = ['ANTHROPIC_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'OPENAI_API_KEY', 'OPENAI_COMPATIBLE_BASE_URL'];

export interface LocalSettings {
  readonly dataDir: string;
  /** By variable. Only those that will be listened on. */
  readonly ports: ReadonlyMap<string, number>;
  /** The variable that names a real upstream; undefined for the simulator. */
  readonly vendor: string | undefined;
  readonly simulator: boolean;
  readonly supabase: boolean;
  readonly sqs: boolean;
  readonly apiUrl: string;
  readonly workerUrl: string;
}

function readPort(variables: Variables, variable: string, fallback: number): number {
  const text = variables[variable] ?? '';
  const port = text === '' ? fallback : Number(text);
  if (!Number.isInteger(port) || port < 1024 || port > 65_535) {
    throw new Error(`${variable} must be a port between 1024 and 65535, not "${text}".`);
  }
  return port;
}

/**
 * What is started, where. An upstream, a Supabase project or a queue that the environment names is used instead of the
 * embedded one.
 *
 * @throws Error on a port that is none, or is given twice.
 */
export function localSettings(variables: Variables): LocalSettings {
  const given = (variable: string): boolean => (variables[variable] ?? '') !== '';
  const vendor = vendorVariables.find(given);
  const supabase = !given('SUPABASE_URL');
  const sqs = !given('SQS_QUEUE_URL');

  const ports = new Map([
    ['PORT', readPort(variables, 'PORT', 8080)],
    ['WORKER_PORT', readPort(variables, 'WORKER_PORT', 8081)],
  ]);
  if (sqs) ports.set('LOCAL_SQS_PORT', readPort(variables, 'LOCAL_SQS_PORT', 8082));
  if (supabase) ports.set('LOCAL_SUPABASE_PORT', readPort(variables, 'LOCAL_SUPABASE_PORT', 8083));
  if (vendor === undefined) ports.set('LOCAL_SIMULATOR_PORT', readPort(variables, 'LOCAL_SIMULATOR_PORT', 8084));

  const users = Map.groupBy(ports.keys(), (variable) => ports.get(variable));
  for (const [port, sharing] of users) {
    if (sharing.length > 1) throw new Error(`${sharing.join(' and ')} are both ${port}; each needs a port of its own.`);
  }

  return {
    dataDir: variables.LOCAL_DATA_DIR || '.local',
    ports,
    vendor,
    simulator: vendor === undefined,
    supabase,
    sqs,
    apiUrl: `http://127.0.0.1:${ports.get('PORT')}`,
    workerUrl: `http://127.0.0.1:${ports.get('WORKER_PORT')}`,
  };
}

/** The environment of every program: the starter's own, completed by the addresses and keys of what is embedded. */
export function childEnvironment(
  settings: LocalSettings,
  variables: Variables,
  embedded: { proxyApiKey: string; serviceRoleKey: string },
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && value !== '') environment[name] = value;
  }
  for (const [variable, port] of settings.ports) environment[variable] = String(port);
  Object.assign(environment, {
    NODE_ENV: environment.NODE_ENV ?? 'development',
    PROXY_API_KEY: embedded.proxyApiKey,
    LOCAL_DATA_DIR: settings.dataDir,
  });

  if (settings.simulator) {
    environment.ANTHROPIC_API_KEY = 'simulator';
    environment.ANTHROPIC_BASE_URL = `http://127.0.0.1:${settings.ports.get('LOCAL_SIMULATOR_PORT')}`;
  }
  if (settings.supabase) {
    environment.SUPABASE_URL = `http://127.0.0.1:${settings.ports.get('LOCAL_SUPABASE_PORT')}`;
    environment.SUPABASE_SERVICE_ROLE_KEY = embedded.serviceRoleKey;
  }
  if (settings.sqs) {
    const endpoint = `http://127.0.0.1:${settings.ports.get('LOCAL_SQS_PORT')}`;
    Object.assign(environment, {
      SQS_QUEUE_URL: `${endpoint}/000000000000/claude-proxy-jobs`,
      SQS_DLQ_URL: `${endpoint}/000000000000/claude-proxy-jobs-dlq`,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SQS: endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
    // The SDK would prefer a profile to the keys above, and sign with a real account's session.
    delete environment.AWS_PROFILE;
    delete environment.AWS_SESSION_TOKEN;
  }
  return environment;
}
