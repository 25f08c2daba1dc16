import { expect, it } from '@jest/globals';
import { inboundOf, registry, target } from '../routing/test/routing-of.js';
import { TranslationMemory } from '../translation-memory.js';
import { Translated } from './translated.js';

const config = target('gpt', { provider: 'foreign' });
const provider = registry.get('foreign');
const gpt = { config, provider, model: provider.modelOf(config, 'gpt-5.6') };
const memory = new TranslationMemory();

const question = { role: 'user', content: 'Why?' };

/** What a Messages client asks that thinks with its model, towards an upstream that speaks Responses. */
function asking(messages: readonly object[]): Translated {
  const thinking = { type: 'enabled', budget_tokens: 1024 };
  const inbound = inboundOf({}, { max_tokens: 2048, thinking, messages, stream: true });
  return Translated.from(inbound, gpt, 'responses', memory);
}

/** An answer whose reasoning is encrypted only in its last event, as Azure sends some. */
async function* lateReasoning(): AsyncGenerator<Uint8Array> {
  const reasoning = { id: 'rs_1', type: 'reasoning', summary: [] };
  const part = { type: 'output_text', text: 'So.', annotations: [] };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] };
  const place = { item_id: 'msg_1', output_index: 1, content_index: 0 };
  const response = { id: 'resp_1', model: 'gpt-5.6', output: [] };
  const output = [{ ...reasoning, encrypted_content: 'late' }, message];
  const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 };
  for (const event of [
    { type: 'response.created', response: { ...response, status: 'in_progress' } },
    { type: 'response.output_item.added', output_index: 0, item: reasoning },
    { type: 'response.output_item.done', output_index: 0, item: reasoning },
    { type: 'response.output_item.added', output_index: 1, item: { ...message, content: [] } },
    { type: 'response.output_text.delta', ...place, delta: 'So.' },
    { type: 'response.output_item.done', output_index: 1, item: message },
    { type: 'response.completed', response: { ...response, status: 'completed', output, usage } },
  ])
    yield Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

it('reasoning that a stream tells too late for its signature goes along with the next turn', async () => {
  const answer = await asking([question]).stream({ status: 200, headers: {}, body: lateReasoning() });
  let text = '';
  for await (const chunk of answer.body as AsyncIterable<string>) text += chunk;
  answer.report();
  const [, signature = ''] = /"signature":"(cpx1\.[^"]+)"/.exec(text) ?? [];
  const thought = { type: 'thinking', thinking: '', signature };
  const next = asking([question, { role: 'assistant', content: [thought, { type: 'text', text: 'So.' }] }, question]);
  const { input } = JSON.parse(next.body) as { input: readonly object[] };
  expect(input).toContainEqual(expect.objectContaining({ type: 'reasoning', encrypted_content: 'late' }));
});
