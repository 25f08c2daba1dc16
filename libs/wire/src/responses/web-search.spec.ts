import { describe, expect, it } from '@jest/globals';

import { fromResponsesAnswer } from './from-response.js';
import { ResponsesStreamReader } from './from-stream.js';
import {
  accumulated,
  contextOf,
  framed,
  itemEvents,
  messageItem,
  readAll,
  responseOf,
  streamOf,
  usage,
} from './test/responses-upstream.js';

describe('a hosted web search', () => {
  const search = {
    id: 'ws_12',
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'node 24', sources: [{ type: 'url', url: 'https://nodejs.org' }] },
  };
  const opened = { id: 'ws_13', type: 'web_search_call', status: 'completed', action: { type: 'open_page', url: 'x' } };
  const text = 'It is out (nodejs.org).';
  const annotation = { type: 'url_citation', start_index: 10, end_index: 22, url: 'https://nodejs.org', title: 'Node' };
  const answer = messageItem(text, { content: [{ type: 'output_text', text, annotations: [annotation] }] });

  it('is shown as Anthropic shows its own, counted, and cited', async () => {
    const events = itemEvents(answer, 2);
    events.splice(-3, 0, {
      type: 'response.output_text.annotation.added',
      output_index: 2,
      content_index: 0,
      annotation_index: 0,
      annotation,
    });
    const all = [...itemEvents(search, 0), ...itemEvents(opened, 1), ...events];
    const message = await accumulated(readAll(framed(all, [search, opened, answer])));
    expect(message.content).toEqual([
      {
        type: 'server_tool_use',
        id: 'srvtoolu_cpx1_ws_12',
        name: 'web_search',
        input: { query: 'node 24' },
        caller: { type: 'direct' },
      },
      {
        type: 'web_search_tool_result',
        tool_use_id: 'srvtoolu_cpx1_ws_12',
        caller: { type: 'direct' },
        content: [
          {
            type: 'web_search_result',
            url: 'https://nodejs.org',
            title: 'https://nodejs.org',
            encrypted_content: '',
            page_age: null,
          },
        ],
      },
      {
        type: 'text',
        text,
        citations: [
          {
            type: 'web_search_result_location',
            url: 'https://nodejs.org',
            title: 'Node',
            cited_text: '(nodejs.org)',
            encrypted_index: 'cpx1.',
          },
        ],
      },
    ]);
    expect(message.usage.server_tool_use).toEqual({ web_search_requests: 1, web_fetch_requests: 0 });
    expect(message.usage.output_tokens).toBe(usage.output_tokens);
    expect(message.stop_reason).toBe('end_turn');
  });

  it('is cited also where the annotations come only with the finished part', async () => {
    const message = await accumulated(readAll(streamOf([answer])));
    expect(message.content).toMatchObject([{ citations: [{ url: 'https://nodejs.org' }] }]);
  });

  it('brings a warning of a citation that is none of the web', () => {
    const annotations = [{ type: 'file_citation', file_id: 'file_1' }, annotation];
    const cited = messageItem(text, { content: [{ type: 'output_text', text, annotations }] });
    const reader = new ResponsesStreamReader(contextOf());
    readAll(streamOf([cited]), contextOf(), reader);
    const warnings = [{ code: 'answer_item_dropped', path: 'annotations' }];
    expect(reader.warnings).toEqual(warnings);
    expect(fromResponsesAnswer(responseOf([cited]), contextOf()).warnings).toEqual(warnings);
  });

  it('brings a warning where its citation belongs to no text, or comes when its text is closed', () => {
    const warnings = [{ code: 'answer_item_dropped', path: 'annotations' }];
    const silent = messageItem('', { content: [{ type: 'output_text', text: '', annotations: [annotation] }] });
    const interrupted = [...itemEvents(answer, 0)];
    const textDone = interrupted.findIndex(({ type }) => type === 'response.output_text.done');
    interrupted.splice(textDone + 1, 0, ...itemEvents(messageItem('Meanwhile.'), 1));
    for (const events of [itemEvents(silent, 0), interrupted]) {
      const reader = new ResponsesStreamReader(contextOf());
      readAll(framed(events, []), contextOf(), reader);
      expect(reader.warnings).toEqual(warnings);
    }
    expect(fromResponsesAnswer(responseOf([silent]), contextOf()).warnings).toEqual(warnings);
  });

  it('is not cited for what stands behind a stop sequence', () => {
    const early = { ...annotation, start_index: 0, end_index: 5, title: 'Early' };
    const cited = messageItem(text, { content: [{ type: 'output_text', text, annotations: [early, annotation] }] });
    const { message } = fromResponsesAnswer(responseOf([cited]), contextOf({ stopSequences: ['out'] }));
    expect(message.content).toMatchObject([{ text: 'It is ', citations: [{ title: 'Early' }] }]);
    expect(message.content[0]).toHaveProperty('citations.length', 1);
  });

  it('that failed is a result that says so', () => {
    const { message } = fromResponsesAnswer(responseOf([{ ...search, status: 'failed' }]), contextOf());
    expect(message.content).toMatchObject([
      { type: 'server_tool_use' },
      { content: { type: 'web_search_tool_result_error', error_code: 'unavailable' } },
    ]);
  });

  it('is cited once and in its own part where the first is held back', async () => {
    const parts = [text, ' Yes.'].map((words) => ({ type: 'output_text', text: words, annotations: [] }));
    const [added = { type: '' }, ...rest] = itemEvents(answer, 0);
    const at = { output_index: 0, content_index: 0 };
    const events = [
      added,
      { type: 'response.output_text.annotation.added', ...at, annotation_index: 0, annotation },
      ...rest.slice(0, -1),
      { type: 'response.output_item.done', output_index: 0, item: messageItem('', { content: parts }) },
    ];
    const message = await accumulated(readAll(framed(events, [])));
    expect(message.content).toMatchObject([{ text, citations: [{ title: 'Node' }] }, { text: ' Yes.' }]);
    expect(message.content[1]).toMatchObject({ citations: null });
  });

  it('is not cited in the part behind one that has no text', async () => {
    const parts = ['', 'Yes.'].map((words) => ({ type: 'output_text', text: words, annotations: [] }));
    const item = messageItem('', { content: parts });
    const at = { output_index: 0, content_index: 0 };
    const events = [
      { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
      { type: 'response.output_text.annotation.added', ...at, annotation_index: 0, annotation },
      { type: 'response.output_item.done', output_index: 0, item },
    ];
    const message = await accumulated(readAll(framed(events, [item])));
    expect(message.content).toMatchObject([{ text: 'Yes.', citations: null }]);
  });

  it('is cited also where all of the text is held back for a stop sequence that it may begin', async () => {
    const events = itemEvents(answer, 0);
    events.splice(-3, 0, {
      type: 'response.output_text.annotation.added',
      output_index: 0,
      content_index: 0,
      annotation_index: 0,
      annotation,
    });
    const context = contextOf({ stopSequences: [`${text} And`] });
    const message = await accumulated(readAll(framed(events, [answer]), context));
    expect(message.content).toMatchObject([{ text, citations: [{ url: 'https://nodejs.org' }] }]);
  });
});
