import { type Fault, optional, optionalStrings, requiredString, shallow, tooDeep, wrong } from '../fault.js';
import { isObject, type JsonObject } from '../json-object.js';

/** A fault in the members of a declared tool that translators rely on. */
export function checkTool(tool: unknown): Fault | undefined {
  if (!isObject(tool)) return { path: '', message: 'Input should be an object' };
  const fault = optional(tool, 'type', 'string') ?? optionalStrings(tool, 'allowed_callers');
  if (fault) return fault;
  if (typeof tool.type === 'string' && tool.type !== 'custom') {
    if (tooDeep(tool)) return { path: '', message: 'Input is nested too deeply' };
    // Some of Anthropic's tools have no name, but one that is sent is looked up and translated.
    return tool.name === undefined ? undefined : requiredString(tool, 'name');
  }
  return requiredString(tool, 'name') ?? checkDefinition(tool);
}

function checkDefinition(tool: JsonObject): Fault | undefined {
  if (!isObject(tool.input_schema)) return wrong('input_schema', tool.input_schema, 'an object');
  return (
    shallow(tool, 'input_schema') ?? optional(tool, 'description', 'string') ?? optional(tool, 'strict', 'boolean')
  );
}
