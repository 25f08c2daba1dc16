export * from './listed-model.js';
export * from './anthropic-models.js';
export * from './openai-models.js';
