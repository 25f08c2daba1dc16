import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLineClient {
  readonly name: string;
  /** The environment variable that holds the path of the program; without it the tests are skipped. */
  readonly variable: string;
  /** The path on the product where its turns arrive. */
  readonly path: string;
  /** Runs one prompt to its end in an empty folder with `notes.txt` in it. */
  run(server: { readonly url: string; readonly key: string }, prompt: string): Promise<CommandRun>;
}

const deadlineMs = 60_000;

/** `claude -p`: Anthropic's coding agent. */
export const claudeCode: CommandLineClient = {
  name: 'Claude Code',
  variable: 'CLAUDE_CODE_BIN',
  path: '/v1/messages',
  run: async ({ url, key }, prompt) =>
    inEmptyHome(async (home, work) =>
      run(
        programOf(claudeCode),
        ['-p', prompt, '--output-format', 'json', '--allowedTools', 'Bash,Read', '--model', 'claude-opus-4-8'],
        work,
        {
          HOME: home,
          ANTHROPIC_BASE_URL: url,
          ANTHROPIC_AUTH_TOKEN: key,
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          DISABLE_AUTOUPDATER: '1',
        },
      ),
    ),
};

/** `codex exec`: OpenAI's coding agent, which speaks Responses. */
export const codex: CommandLineClient = {
  name: 'Codex',
  variable: 'CODEX_BIN',
  path: '/v1/responses',
  run: async ({ url, key }, prompt) =>
    inEmptyHome(async (home, work) => {
      const settings = [
        'model_provider="proxy"',
        'model_providers.proxy.name="proxy"',
        `model_providers.proxy.base_url="${url}/v1"`,
        'model_providers.proxy.env_key="PROXY_KEY"',
        'model_providers.proxy.wire_api="responses"',
        'model_providers.proxy.request_max_retries=0',
        'model_providers.proxy.stream_max_retries=0',
        'check_for_update_on_startup=false',
        'analytics.enabled=false',
      ];
      await mkdir(join(home, '.codex'), { recursive: true });
      return run(
        programOf(codex),
        [
          'exec',
          '--json',
          '--skip-git-repo-check',
          '--dangerously-bypass-approvals-and-sandbox',
          '-m',
          'gpt-5.4',
          ...settings.flatMap((setting) => ['-c', setting]),
          prompt,
        ],
        work,
        { HOME: home, CODEX_HOME: join(home, '.codex'), PROXY_KEY: key },
      );
    }),
};

function programOf({ variable }: CommandLineClient): string {
  const program = process.env[variable];
  if (program === undefined) throw new Error(`${variable} is not set`);
  return program;
}

async function inEmptyHome<T>(use: (home: string, work: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'client-home-'));
  const work = join(home, 'work');
  await mkdir(work);
  await writeFile(join(work, 'notes.txt'), 'The secret word is rhubarb.\n');
  try {
    return await use(home, work);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: deadlineMs,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}
