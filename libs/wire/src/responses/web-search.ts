import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';

import type { ContentBlock } from '../messages/messages.js';
import { warning } from '../openai/compatibility.js';
import type { WebSearchTool } from '../openai/effective-tools.js';
import { ownSearchId } from '../openai/own-search.js';
import type { Warning } from '../warning.js';
import { type JsonObject, objectIn, objectsIn, stringIn } from '../json-object.js';

/** The upstream's own web search for the client's. `max_uses` belongs to the whole request there: `max_tool_calls`. */
export function webSearchTool({ options, path }: WebSearchTool, warnings: Warning[]): OpenAI.Responses.WebSearchTool {
  const { allowed_domains: allowed, blocked_domains: blocked, user_location: location } = options;
  if (blocked && blocked.length > 0) warnings.push(warning('blocked_domains_dropped', `${path}.blocked_domains`));
  return {
    type: 'web_search',
    ...(allowed && allowed.length > 0 ? { filters: { allowed_domains: allowed } } : {}),
    ...(location ? { user_location: location } : {}),
  };
}

/**
 * A `web_search_call` as Anthropic shows a search: the model's query, then what was found. Nothing for the steps in which the
 * model opens a page it found or looks for words in it, which Anthropic does not show.
 */
export function webSearchBlocks(item: JsonObject): ContentBlock[] {
  const action = objectIn(item, 'action');
  if (action === undefined || action.type !== 'search') return [];
  const id = ownSearchId(stringIn(item, 'id'));
  const caller = { type: 'direct' } as const;
  return [
    { type: 'server_tool_use', id, name: 'web_search', input: { query: queryOf(action) }, caller },
    {
      type: 'web_search_tool_result',
      tool_use_id: id,
      caller,
      content:
        item.status === 'failed'
          ? { type: 'web_search_tool_result_error', error_code: 'unavailable' }
          : objectsIn(action, 'sources').flatMap(searchResults),
    },
  ];
}

/** `query` is deprecated in favour of `queries`, and either may be missing. */
function queryOf(action: JsonObject): string {
  const { query, queries } = action;
  if (typeof query === 'string' && query !== '') return query;
  return Array.isArray(queries) ? queries.filter((one) => typeof one === 'string').join('; ') : '';
}

function searchResults(source: JsonObject): Anthropic.Messages.WebSearchResultBlock[] {
  const url = stringIn(source, 'url');
  if (url === '') return [];
  // The upstream names no titles here; clients show the title as the link's text.
  const title = stringIn(source, 'title') || url;
  return [{ type: 'web_search_result', url, title, encrypted_content: '', page_age: null }];
}
