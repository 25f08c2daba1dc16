import { styleText } from 'node:util';

/** Base URL, key, and a line to paste for each client. */
export function connectionLines(apiUrl: string, proxyApiKey: string): string {
  const body = '{"model":"claude-haiku-5-5","max_tokens":64,"messages":[{"role":"user","content":"Hello"}]}';
  const headers = [
    `-H 'authorization: Bearer ${proxyApiKey}'`,
    `-H 'anthropic-version: 2023-06-01'`,
    `-H 'content-type: application/json'`,
  ].join(' ');
  const sections: [string, string][] = [
    ['curl', `curl ${apiUrl}/v1/messages ${headers} -d '${body}'`],
    ['curl, durable', `curl -i ${apiUrl}/api/enqueue ${headers} -d '{"request":${body}}'`],
    ['Claude Code', `ANTHROPIC_BASE_URL=${apiUrl} ANTHROPIC_AUTH_TOKEN=${proxyApiKey} claude`],
    ['Anthropic SDK', `new Anthropic({ baseURL: '${apiUrl}', apiKey: '${proxyApiKey}' })`],
    ['OpenAI SDK', `new OpenAI({ baseURL: '${apiUrl}/v1', apiKey: '${proxyApiKey}' })`],
  ];
  return [
    `${styleText('bold', 'Base URL')}  ${apiUrl}`,
    `${styleText('bold', 'Key')}       ${proxyApiKey}`,
    ...sections.flatMap(([title, line]) => ['', styleText('bold', title), `  ${line}`]),
  ].join('\n');
}
