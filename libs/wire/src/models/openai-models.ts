import type OpenAI from 'openai';
import type { ListedModel } from './listed-model.js';

/** `created` is 0: when an upstream's model was made is not known here. */
export function formatOpenaiModel({ id, owner }: ListedModel): OpenAI.Model {
  return { id, object: 'model', created: 0, owned_by: owner };
}

/** OpenAI's list has no pages. */
export function openaiModelList(models: readonly ListedModel[]): { object: 'list'; data: OpenAI.Model[] } {
  return { object: 'list', data: models.map(formatOpenaiModel) };
}
