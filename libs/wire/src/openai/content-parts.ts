import { GatewayError } from '../gateway-error.js';
import type { ContentBlockParam } from '../messages/messages.js';
import type { Warning } from '../warning.js';
import { warning } from './compatibility.js';
import type { ModelCapabilities } from './upstream-model.js';

/** What a user says, a tool returns or a system prompt holds, in the three forms that both OpenAI APIs have a part for. */
export type ContentPart =
  | { readonly kind: 'text'; readonly text: string; readonly cached: boolean }
  /** `url` is a link or a `data:` URL. */
  | { readonly kind: 'image'; readonly url: string }
  /** Either `data`, a `data:` URL, or `url`, a link. */
  | { readonly kind: 'pdf'; readonly filename: string; readonly data?: string; readonly url?: string };

/** The blocks of a user turn and of a tool result. */
export type ContentBlock =
  | ContentBlockParam
  | Extract<NonNullable<Extract<ContentBlockParam, { type: 'tool_result' }>['content']>, readonly unknown[]>[number];

type DocumentBlock = Extract<ContentBlockParam, { type: 'document' }>;
type ImageBlock = Extract<ContentBlockParam, { type: 'image' }>;

/**
 * Blocks as parts, in their order. What cannot be kept is added to `warnings`; a block that would vanish throws
 * `invalid_request` with its path. `tool_result` blocks are skipped: where they go is the caller's matter.
 */
export function contentParts(
  blocks: readonly ContentBlock[],
  path: string,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): ContentPart[] {
  const parts: ContentPart[] = [];
  readBlocks(blocks, path, capabilities, warnings, parts);
  return parts;
}

function readBlocks(
  blocks: readonly ContentBlock[],
  path: string,
  capabilities: ModelCapabilities,
  warnings: Warning[],
  parts: ContentPart[],
): void {
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'tool_result') new Block(`${path}.${index}`, capabilities, warnings, parts).read(block);
  }
}

/** One block as parts; `path` is its own. */
export function blockParts(
  block: ContentBlock,
  path: string,
  capabilities: ModelCapabilities,
  warnings: Warning[],
): ContentPart[] {
  const parts: ContentPart[] = [];
  new Block(path, capabilities, warnings, parts).read(block);
  return parts;
}

class Block {
  constructor(
    private readonly path: string,
    private readonly capabilities: ModelCapabilities,
    private readonly warnings: Warning[],
    private readonly parts: ContentPart[],
  ) {}

  read(block: ContentBlock): void {
    switch (block.type) {
      case 'text':
        this.text(block.text, block.cache_control != null);
        break;
      case 'image':
        this.image(block);
        break;
      case 'document':
        this.document(block);
        break;
      case 'search_result':
        this.searchResult(block);
        break;
      case 'tool_reference':
        this.text(`Tool ${block.tool_name} is now available.`);
        break;
      case 'compaction':
        if (typeof block.content === 'string') this.text(block.content, block.cache_control != null);
        else this.warnings.push(warning('compaction_dropped', this.path));
        break;
      case 'browser_state':
        this.warnings.push(warning('browser_state_dropped', this.path));
        break;
      case 'mcp_tool_listing':
        this.warnings.push(warning('mcp_tool_listing_dropped', this.path));
        break;
      case 'tool_addition':
      case 'tool_removal':
      case 'fallback':
        break;
      default:
        refuseContent(this.path, `content blocks of type \`${block.type}\` cannot be sent to this upstream.`);
    }
  }

  private text(text: string, cached = false): void {
    this.parts.push({ kind: 'text', text, cached });
  }

  private image({ source, transformations }: ImageBlock): void {
    if (transformations != null) {
      this.warnings.push(warning('image_transformations_dropped', `${this.path}.transformations`));
    }
    if (!this.capabilities.imageInput) {
      // Claude Code takes the images out of the conversation when it reads this.
      refuseContent(`${this.path}.image`, 'Could not process image: this model does not support image input.');
    }
    switch (source.type) {
      case 'base64':
        this.parts.push({ kind: 'image', url: `data:${source.media_type};base64,${source.data}` });
        break;
      case 'url':
        if (!this.capabilities.imageUrls) refuseSource(`${this.path}.source`, source.type);
        this.parts.push({ kind: 'image', url: source.url });
        break;
      default:
        refuseSource(`${this.path}.source`, source.type);
    }
  }

  private document(block: DocumentBlock): void {
    if (block.citations?.enabled === true) this.warnings.push(warning('citations_dropped', `${this.path}.citations`));
    const { source } = block;
    switch (source.type) {
      case 'base64':
        this.pdfType(source.media_type);
        this.pdf(block, { data: `data:application/pdf;base64,${source.data}` });
        break;
      case 'url':
        if (this.capabilities.api === 'chat') refuseSource(`${this.path}.source`, source.type);
        this.pdf(block, { url: source.url });
        break;
      case 'text':
        this.text(`${opening(block)}\n${source.data}\n</document>`, block.cache_control != null);
        break;
      case 'content':
        this.text(opening(block));
        this.nested(source.content, `${this.path}.source.content`);
        this.text('</document>', block.cache_control != null);
        break;
      default:
        refuseSource(`${this.path}.source`, source.type);
    }
  }

  private pdfType(type: string): void {
    if (type === 'application/pdf') return;
    const path = `${this.path}.source.media_type`;
    refuseContent(
      path,
      `a document of type \`${type}\` cannot be sent as base64. Send its text as a source of type \`text\`.`,
    );
  }

  private pdf(block: DocumentBlock, file: { readonly data: string } | { readonly url: string }): void {
    if (!this.capabilities.pdfInput) refuseContent(this.path, 'This model does not support PDF input.');
    // A file has a name at most, and one behind a link not even that; what else is said of it is said around it.
    const described = Boolean(block.context) || ('url' in file && Boolean(block.title));
    if (described) this.text(opening(block));
    // In practice the APIs refuse a file that has no name.
    this.parts.push({ kind: 'pdf', filename: block.title || 'document.pdf', ...file });
    if (described) this.text('</document>', block.cache_control != null);
  }

  private searchResult(block: Extract<ContentBlock, { type: 'search_result' }>): void {
    if (block.citations?.enabled === true) this.warnings.push(warning('citations_dropped', `${this.path}.citations`));
    const lines = block.content.map(({ text }) => text).join('\n');
    this.text(
      `<search_result source=${quoted(block.source)} title=${quoted(block.title)}>\n${lines}\n</search_result>`,
      block.cache_control != null,
    );
  }

  private nested(content: string | readonly ContentBlock[], path: string): void {
    if (typeof content === 'string') this.text(content);
    else readBlocks(content, path, this.capabilities, this.warnings, this.parts);
  }
}

function opening({ title, context }: DocumentBlock): string {
  return `<document${title ? ` title=${quoted(title)}` : ''}${context ? ` context=${quoted(context)}` : ''}>`;
}

function quoted(value: string): string {
  return `"${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
}

function refuseSource(path: string, type: string): never {
  const what = type === 'file' ? 'files of the Files API' : `sources of type \`${type}\``;
  refuseContent(path, `${what} cannot be read by this upstream. Send the content itself.`);
}

/** Throws the `invalid_request` of content that cannot be sent. */
export function refuseContent(path: string, message: string): never {
  throw new GatewayError('invalid_request', `${path}: ${message}`, { path });
}
