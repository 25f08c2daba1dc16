import { describe, expect, it } from '@jest/globals';
import { parseRow } from './spooled-row.js';

describe('parseRow', () => {
  it('makes rows of another release storable', () => {
    const operation = { id: 'op', model_asked: 'a\0b', model_used: '\ud800', first_byte_ms: 3.7, duration_ms: 12.2 };
    const attempt = { operation_id: 'op', number: 1, model: 'a', first_byte_ms: null, duration_ms: 0.4 };

    expect(parseRow(JSON.stringify({ operation }))).toEqual({
      operation: { ...operation, model_asked: 'a\u{FFFD}b', model_used: '\u{FFFD}', first_byte_ms: 4, duration_ms: 12 },
    });
    expect(parseRow(JSON.stringify({ attempt }))).toEqual({ attempt: { ...attempt, duration_ms: 0 } });
  });

  it.each(['', '{', 'null', '{"operation":{}}', '{"operation":{"id":"op"'])('takes %j for no row', (line) => {
    expect(parseRow(line)).toBeUndefined();
  });
});
