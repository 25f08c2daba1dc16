import { edited } from '../byte-edits.js';
import { JsonScanner, type Span } from '../json-scanner.js';

const modelKey = '"model"';

/** The letters of `model` are U+0064 to U+006F, so any escaped spelling of it contains this. */
const escapedModelLetter = String.raw`\u006`;

/**
 * The body with another top-level `model`, every other byte unchanged. Where the key stands several times, all of them are
 * replaced: a parser that takes the first must not reach another model than the one that was admitted.
 * A body without the key, or that is no JSON object, comes back as it is.
 */
export function spliceModel(body: Buffer, model: string): Buffer {
  const value = Buffer.from(JSON.stringify(model));
  const scanner = new JsonScanner(body);
  const spans = onlyLeadingModel(body, scanner) ?? topLevelModels(scanner);
  return edited(
    body,
    spans.map((span) => ({ span, by: value })),
  );
}

/**
 * Clients write `model` first. If it is never spelt again, no scan of the whole body is needed: three native searches
 * instead of a walk over megabytes.
 */
function onlyLeadingModel(body: Buffer, scanner: JsonScanner): Span[] | undefined {
  const brace = scanner.skipSpace(0);
  if (body[brace] !== 0x7b) return undefined;
  const key = scanner.skipSpace(brace + 1);
  if (body.indexOf(modelKey) !== key) return undefined;
  if (body.includes(modelKey, key + 1) || body.includes(escapedModelLetter)) return undefined;
  return [scanner.value(scanner.skipSpace(key + modelKey.length) + 1)];
}

function topLevelModels(scanner: JsonScanner): Span[] {
  return scanner
    .members(0)
    .filter((member) => member.key === 'model')
    .map((member) => member.value);
}
