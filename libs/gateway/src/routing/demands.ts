import { GatewayError, isDispensable, type ModelCapabilities } from '#wire';
import { clientsRefusal } from '../clients-refusal.js';
import type { Inbound } from '../inbound.js';

type Needed = 'pdfInput' | 'imageInput' | 'imageUrls' | 'webSearchTool';

/** What a request demands of a model, with the place of the first thing that does. */
export type Demands = ReadonlyMap<Needed, string>;

const needs: readonly Needed[] = ['pdfInput', 'imageInput', 'imageUrls', 'webSearchTool'];

/** The clients' own wordings: Claude Code takes images or documents out of the conversation when it reads them. */
const refusals: Readonly<Record<Needed, (path: string) => string>> = {
  pdfInput: (path) => `${path}: This model does not support PDF input.`,
  imageInput: (path) => `${path}.image: Could not process image: this model does not support image input.`,
  imageUrls: (path) =>
    `${path}.source: sources of type \`url\` cannot be read by this upstream. Send the content itself.`,
  webSearchTool: (path) => `${path}: this upstream model has no web search. Send the request without it.`,
};

/** Whether a model can do all that a request could demand, so that none needs to be looked at. */
export function canDoAll(capabilities: ModelCapabilities): boolean {
  return needs.every((need) => canDo(capabilities, need));
}

/** The first thing demanded that the model cannot do. */
export function missingIn(capabilities: ModelCapabilities, demands: Demands): Needed | undefined {
  return needs.find((need) => demands.has(need) && !canDo(capabilities, need));
}

/** A search that is dropped, because the operator would have it so, is nothing to go elsewhere for. */
function canDo(capabilities: ModelCapabilities, need: Needed): boolean {
  return capabilities[need] || (need === 'webSearchTool' && capabilities.onUnsupportedServerTool === 'drop');
}

export function refusalOf(missing: Needed, demands: Demands, inbound: Inbound): GatewayError {
  const path = demands.get(missing) ?? '';
  return clientsRefusal(new GatewayError('invalid_request', refusals[missing](path), { path }), inbound);
}

/** A look over the request's blocks, not into them. Messages are looked at as they came; other dialects are translated first. */
export function demandsOf(inbound: Inbound): Demands {
  const demands = new Map<Needed, string>();
  const { messages, tools } = canonicalOf(inbound);
  for (const [index, message] of listOf(messages).entries()) {
    look(recordOf(message)['content'], `messages.${index}.content`, demands);
  }
  for (const [index, tool] of listOf(tools).entries()) {
    const { type, defer_loading: deferred } = recordOf(tool);
    if (
      typeof type === 'string' &&
      type.startsWith('web_search_') &&
      deferred !== true &&
      !isDispensable(recordOf(tool))
    ) {
      note('webSearchTool', `tools.${index}`, demands);
    }
  }
  return demands;
}

/** Nothing of a request that cannot be translated: it may still pass through, and who would have to translate it refuses it. */
function canonicalOf(inbound: Inbound): Readonly<Record<string, unknown>> {
  if (inbound.dialect === 'messages') return inbound.json;
  try {
    return recordOf(inbound.canonical().request);
  } catch (error) {
    if (error instanceof GatewayError) return {};
    throw error;
  }
}

function look(content: unknown, path: string, demands: Map<Needed, string>): void {
  for (const [index, item] of listOf(content).entries()) {
    const block = recordOf(item);
    const here = `${path}.${index}`;
    if (block['type'] === 'image') {
      note('imageInput', here, demands);
      if (recordOf(block['source'])['type'] === 'url') note('imageUrls', here, demands);
    } else if (block['type'] === 'tool_result') look(block['content'], `${here}.content`, demands);
    else if (block['type'] === 'document') {
      const source = recordOf(block['source']);
      if (source['type'] === 'base64' || source['type'] === 'url') note('pdfInput', here, demands);
      else look(source['content'], `${here}.source.content`, demands);
    }
  }
}

function note(need: Needed, path: string, demands: Map<Needed, string>): void {
  if (!demands.has(need)) demands.set(need, path);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
