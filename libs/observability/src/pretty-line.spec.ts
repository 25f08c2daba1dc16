import { describe, expect, it } from '@jest/globals';
import { prettyLine } from './pretty-line.js';

describe('prettyLine', () => {
  it('tells time, level, message, whose request it was and the rest', () => {
    const line = prettyLine(
      JSON.stringify({
        timestamp: '2026-11-21T09:00:01.234Z',
        level: 'warn',
        service: 'api',
        correlationId: '0123456789',
        message: 'GET / 404',
        metadata: { a: 1 },
        error: { type: 'E' },
      }),
    );
    expect(
      line
        .split('\u001B')
        .map((part) => part.replace(/^\[\d+m/, ''))
        .join(''),
    ).toBe('09:00:01.234 WARN  GET / 404 01234567 {"a":1,"error":{"type":"E"}}\n');
  });

  it('leaves alone what is no JSON', () => {
    expect(prettyLine('oops\n')).toBe('oops\n');
  });
});
