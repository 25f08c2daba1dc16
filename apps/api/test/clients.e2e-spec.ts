import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { claudeCode, codex, Product, upstreamKinds } from '#testing';

let product: Product;

function lastGeneration(): string {
  return product.simulator.requests.findLast(({ method }) => method === 'POST')?.body.toString() ?? '';
}

/** The real programs, where they are: `CLAUDE_CODE_BIN=… CODEX_BIN=… npm run test:e2e -- clients`. */
describe.each(upstreamKinds)('behind the product stands $name:', (kind) => {
  beforeAll(async () => {
    product = await Product.start({ env: kind.env });
  });
  afterEach(() => product.simulator.reset());
  afterAll(async () => product.stop());

  const withClaudeCode = process.env[claudeCode.variable] === undefined ? it.skip : it;
  withClaudeCode(
    `Claude Code holds a session of several turns and calls (${claudeCode.variable})`,
    async () => {
      const { code, stdout, stderr } = await claudeCode.run(
        { url: product.url, key: product.key },
        `Find the word. [[sim: thinking="First look." text="I look around." tool=Bash input={"command":"ls","description":"List"} tool=Read input={"file_path":"notes.txt"}]] [[sim: tool=Bash input={"command":"cat notes.txt; cat missing.txt","description":"Show"}]] [[sim: text="The word is rhubarb."]]`,
      );
      expect({ code, stderr, result: (JSON.parse(stdout) as { result: unknown }).result }).toMatchObject({
        code: 0,
        result: 'The word is rhubarb.',
      });
      expect(lastGeneration()).toContain('The secret word is rhubarb.');
      expect(lastGeneration()).toContain('missing.txt');
    },
    90_000,
  );

  const withCodex = process.env[codex.variable] === undefined ? it.skip : it;
  withCodex(
    `Codex holds a session of several turns and calls (${codex.variable})`,
    async () => {
      const { code, stdout, stderr } = await codex.run(
        { url: product.url, key: product.key },
        `Find the word. [[sim: thinking="First look." text="I look around." tool=exec_command input={"cmd":"ls"}]] [[sim: tool=exec_command input={"cmd":"cat notes.txt; cat missing.txt"}]] [[sim: text="The word is rhubarb."]]`,
      );
      expect({ code, stderr, stdout }).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('The word is rhubarb.'),
      });
      expect(lastGeneration()).toContain('The secret word is rhubarb.');
    },
    90_000,
  );
});
