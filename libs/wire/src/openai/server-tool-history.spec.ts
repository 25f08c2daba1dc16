import { describe, expect, it } from '@jest/globals';
import type { ContentBlockParam } from '../messages/messages.js';
import { isServerToolResult, isServerToolUse, ServerToolHistory, type ServerToolUse } from './server-tool-history.js';

const search = (id: string): ServerToolUse => ({
  type: 'server_tool_use',
  id,
  name: 'web_search',
  input: { query: id },
});
const found = (id: string, title: string): ContentBlockParam => ({
  type: 'web_search_tool_result',
  tool_use_id: id,
  content: [{ type: 'web_search_result', title, url: 'https://example.org', encrypted_content: '' }],
});

function summaries(turn: readonly ContentBlockParam[]): string[] {
  const history = new ServerToolHistory(turn);
  return turn.filter(isServerToolUse).map((use) => history.summary(use));
}

describe('the summary of a search', () => {
  it('has the results that name it, wherever they stand', () => {
    expect(
      summaries([found('b', 'B'), search('a'), found('a', 'A'), search('b'), found('a', 'C'), search('c')]),
    ).toEqual([
      '[web_search {"query":"a"}: A — https://example.org; C — https://example.org]',
      '[web_search {"query":"b"}: B — https://example.org]',
      '[web_search {"query":"c"}]',
    ]);
  });

  it('is the result’s own where a program waited for a tool of the client’s, and is said once', () => {
    const late = { type: 'code_execution_tool_result', tool_use_id: 'x', content: { stdout: 'four' } };
    const turn = [search('a'), found('a', 'A'), late, late] as ContentBlockParam[];
    const history = new ServerToolHistory(turn);
    expect(turn.filter(isServerToolResult).map((block) => history.lateResult(block))).toEqual([
      undefined,
      '[code_execution: four; four]',
      undefined,
    ]);
  });

  it('is cut between characters', () => {
    const [line = ''] = summaries([search('a'), found('a', `${'x'.repeat(3999)}😀`)]);
    expect(line).toHaveLength(`[web_search {"query":"a"}: ]`.length + 4000);
    expect(line.isWellFormed()).toBe(true);
  });

  it('is one of very many', () => {
    const ids = Array.from({ length: 50_000 }, (_, index) => `${index}`);
    const all = summaries(ids.flatMap((id) => [search(id), found(id, 'A')]));
    expect(all.at(-1)).toBe('[web_search {"query":"49999"}: A — https://example.org]');
    expect(new Set(all).size).toBe(ids.length);
  });

  it('says once what was found, although many searches have one id', () => {
    const turn = Array.from({ length: 50_000 }, () => [search('a'), found('a', 'A')]).flat();
    const [first, ...others] = summaries(turn);
    expect(first).toContain('A — https://example.org; A — https://example.org');
    expect(new Set(others)).toEqual(new Set(['[web_search {"query":"a"}]']));
  });
});
