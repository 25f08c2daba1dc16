import type Anthropic from '@anthropic-ai/sdk';
import { type JsonObject, stringIn } from '../json-object.js';
import { ownSearchIndex } from './own-search.js';

export type WebCitation = Anthropic.Messages.CitationsWebSearchResultLocation;

/** Anthropic quotes at most this much of what it cites. */
const citedTextChars = 150;

/** A `url_citation` annotation of `text`; `undefined` for every other kind, none of which Anthropic can say. */
export function citationOf(annotation: JsonObject, text: string): WebCitation | undefined {
  if (annotation.type !== 'url_citation') return undefined;
  const { start_index: start, end_index: end } = annotation;
  const cited = typeof start === 'number' && typeof end === 'number' ? text.slice(start, end) : '';
  return {
    type: 'web_search_result_location',
    url: stringIn(annotation, 'url'),
    title: stringIn(annotation, 'title') || null,
    // Both cuts may leave half a character, which Anthropic refuses when it comes back.
    cited_text: cited.slice(0, citedTextChars).toWellFormed(),
    encrypted_index: ownSearchIndex,
  };
}
