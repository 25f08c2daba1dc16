import { expect, it } from '@jest/globals';
import { PostgrestError, type PostgrestSingleResponse } from '@supabase/supabase-js';
import { dataOf } from './database-failure.js';

function refusal(code: string, status: number): PostgrestSingleResponse<never> {
  const error = new PostgrestError({ message: 'no', details: 'a prompt', hint: 'a prompt', code });
  return { success: false, error, data: null, count: null, status, statusText: '' };
}

it.each([
  ['a NUL character', '22P05', 400, 'internal'],
  ['a broken constraint', '23514', 400, 'internal'],
  ['a text beyond the limits of PostgreSQL', '54000', 400, 'internal'],
  ['a body beyond the limits of a proxy', '', 413, 'internal'],
  ['a function that no migration has made yet', 'PGRST202', 404, 'unavailable'],
  ['too many connections', '53300', 503, 'unavailable'],
  ['a cancelled statement', '57014', 500, 'unavailable'],
  ['no answer', '', 0, 'unavailable'],
])('%s (%s, HTTP %d) is %s', (_what, sqlState, status, code) => {
  expect(() => dataOf(refusal(sqlState, status), 'The job could not be stored')).toThrow(
    expect.objectContaining({ code, message: expect.not.stringContaining('prompt') }),
  );
});
