import { freePorts } from './free-port.js';
import { TestProcess } from './test-process.js';

const serviceRoleKey = 'sb_secret_local_development_only';
const account = '000000000000';

/** SQS and Supabase as processes of their own, kept on disk, so that a test can take each away and bring it back. */
export class EmbeddedCloud {
  private sqsProcess: TestProcess | undefined;
  private supabaseProcess: TestProcess | undefined;

  private constructor(
    private readonly dataDir: string,
    readonly sqsUrl: string,
    readonly supabaseUrl: string,
  ) {}

  static async start(dataDir: string): Promise<EmbeddedCloud> {
    const [sqsPort, supabasePort] = await freePorts(2);
    const cloud = new EmbeddedCloud(dataDir, `http://127.0.0.1:${sqsPort}`, `http://127.0.0.1:${supabasePort}`);
    try {
      await Promise.all([cloud.startSqs(), cloud.startSupabase()]);
    } catch (error) {
      await cloud.stop('SIGKILL');
      throw error;
    }
    return cloud;
  }

  /** What the API and the workers must know of it. */
  get env(): Record<string, string> {
    return {
      SUPABASE_URL: this.supabaseUrl,
      SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey,
      SQS_QUEUE_URL: `${this.sqsUrl}/${account}/claude-proxy-jobs`,
      SQS_DLQ_URL: `${this.sqsUrl}/${account}/claude-proxy-jobs-dlq`,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SQS: this.sqsUrl,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
  }

  async startSqs(): Promise<void> {
    this.sqsProcess = TestProcess.spawn('infra/local/sqs-server.js', {
      LOCAL_DATA_DIR: this.dataDir,
      LOCAL_SQS_PORT: new URL(this.sqsUrl).port,
    });
    await this.sqsProcess.untilSays('is ready');
  }

  async startSupabase(): Promise<void> {
    this.supabaseProcess = TestProcess.spawn('infra/local/supabase-server.js', {
      LOCAL_DATA_DIR: this.dataDir,
      LOCAL_SUPABASE_PORT: new URL(this.supabaseUrl).port,
    });
    await this.supabaseProcess.untilSays('is ready');
  }

  async stopSqs(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.sqsProcess?.stop(signal);
  }

  async stopSupabase(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.supabaseProcess?.stop(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await Promise.all([this.stopSqs(signal), this.stopSupabase(signal)]);
  }
}
