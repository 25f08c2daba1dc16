import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../gateway-error.js';
import { blockFromFileData, imageFromUrl } from './media.js';

const base64 = (media_type: string, data: string) => ({ type: 'image', source: { type: 'base64', media_type, data } });

function refusal(read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'invalid_request') return error.context.path;
    throw error;
  }
  throw new Error('was accepted');
}

describe('an image', () => {
  it.each([
    ['data:image/png;base64,AA==', base64('image/png', 'AA==')],
    ['data:IMAGE/JPG;base64,AA==', base64('image/jpeg', 'AA==')],
    ['data:image/png;name=a.png;base64,AA==', base64('image/png', 'AA==')],
    ['data:image/svg+xml,%3Csvg%2F%3E,', base64('image/svg+xml', Buffer.from('<svg/>,').toString('base64'))],
    ['data:image/svg+xml;base64;x,%', base64('image/svg+xml', Buffer.from('%').toString('base64'))],
    ['https://example.org/a.png', { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } }],
  ])('is read from %s', (url, image) => {
    expect(imageFromUrl(url, 'url')).toEqual(image);
  });

  it.each(['data:', 'data:image/png;base64', 'data:text/plain,x', 'data:,x', 'ftp://example.org/a.png', ''])(
    'is not read from %j',
    (url) => {
      expect(refusal(() => imageFromUrl(url, 'a.url'))).toBe('a.url');
    },
  );

  it('may have parameters without end, as it may lack their end', () => {
    const parameters = ';'.repeat(9_000_000);
    expect(refusal(() => imageFromUrl(`data:image/png${parameters}`, 'a.url'))).toBe('a.url');
    expect(imageFromUrl(`data:image/png${parameters};base64,AA`, 'a.url')).toEqual(base64('image/png', 'AA'));
  });
});

describe('a file', () => {
  it('is an image, a PDF or a text, by its media type', () => {
    expect(blockFromFileData('data:image/png;base64,AA', 'a.png', 'f')).toEqual(base64('image/png', 'AA'));
    expect(blockFromFileData('data:application/pdf;base64,AA', 'a.pdf', 'f')).toMatchObject({ title: 'a.pdf' });
    expect(blockFromFileData('data:text/plain;charset=utf-8,%C3%A4', undefined, 'f')).toEqual({
      type: 'document',
      source: { type: 'text', media_type: 'text/plain', data: 'ä' },
    });
    expect(blockFromFileData('data:text/plain,a%2Fb%zz', undefined, 'f')).toMatchObject({ source: { data: 'a/b%zz' } });
    for (const data of ['data:application/zip;base64,AA', 'data:;base64,AA', 'AA']) {
      expect(refusal(() => blockFromFileData(data, undefined, 'f'))).toBe('f');
    }
  });

  it('is read in its own charset, and refused where that is unknown or another', () => {
    const latin1 = Buffer.from('café £', 'latin1').toString('base64');
    const utf16 = Buffer.from('\ufeffa;b', 'utf16le').toString('base64');
    for (const [url, data] of [
      [`data:text/plain;charset=iso-8859-1;base64,${latin1}`, 'café £'],
      [`data:text/csv;charset="UTF-16LE";base64,${utf16}`, 'a;b'],
      ['data:text/plain;charset=ISO-8859-1,caf%E9', 'café'],
    ] as const) {
      expect(blockFromFileData(url, undefined, 'f')).toMatchObject({ source: { data } });
    }
    for (const url of [
      `data:text/plain;base64,${latin1}`,
      `data:text/csv;base64,${utf16}`,
      'data:text/plain;charset=unheard-of,x',
    ]) {
      expect(refusal(() => blockFromFileData(url, undefined, 'f'))).toBe('f');
    }
  });
});
