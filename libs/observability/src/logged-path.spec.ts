import { describe, expect, it } from '@jest/globals';
import { loggedPath } from './logged-path.js';

describe('loggedPath', () => {
  it.each([
    'model',
    'messages.0.content.12.source.media_type',
    'tools.3.input_schema',
    'response_format.json_schema.schema',
    'request.messages.0.role',
  ])('keeps %s', (path) => {
    expect(loggedPath(path)).toBe(path);
  });

  it.each([
    ['a member', 'My_secret', ''],
    ['a member of a member', 'metadata.My_secret', 'metadata'],
    ['a member between', 'tools.0.My_secret.name', 'tools.0'],
    ['a number for a member', '078051120', ''],
    ['a number for a member of a member', 'metadata.078051120', 'metadata'],
    ['a member that objects inherit', 'constructor.name', ''],
    ['a long member', 'My_secret '.repeat(100_000), ''],
  ])('leaves out %s that the client has named', (_what, path, logged) => {
    expect(loggedPath(path)).toBe(logged);
  });

  it('reads OpenAI’s way of writing one', () => {
    expect(loggedPath('messages[0].content[1].image_url')).toBe('messages.0.content.1.image_url');
  });

  it('cuts one that does not end', () => {
    expect(loggedPath('content.0.'.repeat(100_000)).length).toBeLessThanOrEqual(200);
  });
});
