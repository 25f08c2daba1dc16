import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { GatewayError } from '#wire';
import { readEnvelope } from './read-envelope.js';

function refusal(body: string): GatewayError {
  try {
    readEnvelope(Buffer.from(body));
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('readEnvelope', () => {
  it('takes the request out byte for byte, wherever it stands', () => {
    const request = '{ "b":1.0,\n"a" : "\\u00e9é}" }';
    for (const body of [
      `{"request":${request}}`,
      ` {"metadata":{"a":1}, "request" : ${request} ,"dialect":"messages"} `,
      `{"dialect":null,"request":${request},"metadata":null}`,
    ]) {
      expect(readEnvelope(Buffer.from(body)).request.toString()).toBe(request);
    }
  });

  it('reads what stands around it', () => {
    expect(readEnvelope(Buffer.from('{"request":{},"metadata":{"order":7}}'))).toMatchObject({
      dialect: 'messages',
      metadata: { order: 7 },
    });
    expect(readEnvelope(Buffer.from('{"request":{}}')).metadata).toBeUndefined();
  });

  it('accepts any JSON object as request, and returns it unchanged', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(undefined, 1, '\t'),
        (request, indent) => {
          const text = JSON.stringify(request, undefined, indent);
          const body = Buffer.from(`{"metadata":{"x":"}"},"request":${text}}`);
          expect(readEnvelope(body).request.toString()).toBe(Buffer.from(text).toString());
        },
      ),
    );
  });

  it('never accepts what JSON.parse refuses', () => {
    const valid = '{"request":{"model":"m"},"metadata":{"a":[1,"x"]}}';
    fc.assert(
      fc.property(
        fc.nat(valid.length),
        fc.constantFrom('', '"', '}', ',', '.5', '1', 'e', '[', '\\', ' x'),
        (at, noise) => {
          const body = valid.slice(0, at) + noise + valid.slice(at + (noise === '' ? 1 : 0));
          let parsed = true;
          try {
            JSON.parse(body);
          } catch {
            parsed = false;
          }
          fc.pre(!parsed);
          // The request itself is read by the gateway afterwards.
          let request: Buffer;
          try {
            request = readEnvelope(Buffer.from(body)).request;
          } catch {
            return;
          }
          expect(() => JSON.parse(request.toString()) as unknown).toThrow(SyntaxError);
        },
      ),
    );
  });

  it.each([
    [
      '{"request":{},"metdata":{},"x":1}',
      'metdata: Extra inputs are not permitted; x: Extra inputs are not permitted',
      'metdata',
    ],
    ['{"request":{},"constructor":1}', 'constructor: Extra inputs are not permitted', 'constructor'],
    ['{"metadata":{}}', 'request: Field required', 'request'],
    [
      '{"request":{},"dialect":"french"}',
      "dialect: Input should be 'messages', 'chat', 'responses', 'completions', 'complete'",
      'dialect',
    ],
    [
      '{"request":{},"dialect":1,"metadata":[]}',
      "metadata: Input should be an object; dialect: Input should be 'messages', 'chat', 'responses', 'completions', 'complete'",
      'metadata',
    ],
    ['{"metadata":{},"metadata":{},"request":{}}', 'The same member is given twice', ''],
    ['{"request":{},"metadata":{"a":1,"a":2}}', 'metadata: The same member is given twice', 'metadata'],
    [
      '{"request":{},"metadata":{"share":0.12345678901234567890}}',
      'metadata: A number has more digits than can be kept exactly; send it as a string',
      'metadata',
    ],
    ['7', 'The request body should be a JSON object', ''],
  ])('refuses %s', (body, message, path) => {
    expect(refusal(body)).toMatchObject({ code: 'invalid_request', message, context: { path } });
  });

  it('says where in the client’s own bytes the JSON breaks', () => {
    expect(refusal(`{"request":{"long":"${'x'.repeat(50)}"},"metadata":{"a" 1}}`).message).toContain('at position 89');
  });
});
