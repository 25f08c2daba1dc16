import type Anthropic from '@anthropic-ai/sdk';
import { refuse } from '../fault.js';
import type { ContentBlockParam } from '../messages/messages.js';

type ImageMediaType = Anthropic.Beta.Messages.BetaBase64ImageSource['media_type'];

interface DataUrl {
  readonly mediaType: string;
  /** What stands before the comma: `text/plain;charset=utf-8;base64`. */
  readonly head: string;
  /** Base64. */
  readonly data: string;
}

/** The parts of a `data:` URL; `undefined` for any other text. */
function fromDataUrl(url: string): DataUrl | undefined {
  const comma = url.indexOf(',');
  if (!url.startsWith('data:') || comma === -1) return undefined;
  const head = url.slice('data:'.length, comma);
  const payload = url.slice(comma + 1);
  const data = head.endsWith(';base64') ? payload : unescaped(payload).toString('base64');
  return { mediaType: head.replace(/;.*/s, '').toLowerCase(), head, data };
}

/** The bytes, each of which may stand there as `%` and two digits. */
function unescaped(payload: string): Buffer {
  const bytes = Buffer.from(payload).toString('latin1');
  const unescapedBytes = bytes.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  return Buffer.from(unescapedBytes, 'latin1');
}

/** The text in its own charset. Throws `invalid_request` where it cannot be read, which would put other characters in its place. */
function textOf({ head, data }: DataUrl, path: string): string {
  const charset = /;\s*charset="?([^;"]+)"?/i.exec(head)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Buffer.from(data, 'base64'));
  } catch {
    throw refuse({
      path,
      message: `The text cannot be read as ${charset}; name its charset, as in data:text/plain;charset=…`,
    });
  }
}

/** An image block out of OpenAI's `image_url`: a `data:` URL or one to fetch. */
export function imageFromUrl(url: string, path: string): ContentBlockParam {
  const inline = fromDataUrl(url);
  if (inline) {
    if (!inline.mediaType.startsWith('image/')) throw refuse({ path, message: 'The data URL should hold an image' });
    const mediaType = inline.mediaType === 'image/jpg' ? 'image/jpeg' : inline.mediaType;
    return { type: 'image', source: { type: 'base64', media_type: mediaType as ImageMediaType, data: inline.data } };
  }
  if (!/^https?:\/\//i.test(url)) throw refuse({ path, message: 'Input should be a data URL or an http URL' });
  return { type: 'image', source: { type: 'url', url } };
}

/** A document block out of OpenAI's `file_data`, a `data:` URL of a PDF or a text, or an image block where it is one. */
export function blockFromFileData(fileData: string, filename: string | undefined, path: string): ContentBlockParam {
  const inline = fromDataUrl(fileData);
  if (!inline) throw refuse({ path, message: 'Input should be a data URL, such as data:application/pdf;base64,…' });
  const title = filename === undefined ? {} : { title: filename };
  if (inline.mediaType === 'application/pdf') {
    const source = { type: 'base64', media_type: 'application/pdf', data: inline.data } as const;
    return { type: 'document', source, ...title };
  }
  if (inline.mediaType.startsWith('image/')) return imageFromUrl(fileData, path);
  if (inline.mediaType.startsWith('text/') || inline.mediaType === 'application/json') {
    const data = textOf(inline, path);
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data }, ...title };
  }
  throw refuse({ path, message: `Files of type ${inline.mediaType || 'unknown'} are not supported` });
}
