/** What a Claude model accepts, as far as it differs between generations. */
export interface ClaudeModel {
  /** Tokens; `undefined` for a model of which nothing is known. */
  readonly maxOutput: number | undefined;
  /** `temperature`, `top_p`, `top_k`: refused from 4.7 on. */
  readonly sampling: boolean;
  /** `adaptive` with an effort from 4.6 on, a budget of tokens before. */
  readonly thinking: 'adaptive' | 'budget' | 'none';
  /** Thinks when the request says nothing of it. */
  readonly thinksByDefault: boolean;
  /** `tool_choice` may force a call while the model does not think. */
  readonly forcedToolChoice: boolean;
  /** `role: "system"` inside `messages`. */
  readonly midSystem: boolean;
  readonly xhighEffort: boolean;
}

/** `claude-opus-4-8-20260528`, `anthropic.claude-sonnet-5`, `claude-3-5-haiku-latest`; the date is no version. */
const nameFirst = /claude-([a-z]+)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;
const versionFirst = /claude-(\d)(?:[-.](\d))?(?:-([a-z]+))?/;

/** The row for a model name. An unknown or future name is taken for the latest generation, without limits of ours. */
export function claudeModel(name: string): ClaudeModel {
  const { family, version } = parsedName(name.toLowerCase());
  return {
    maxOutput: maxOutput(family, version),
    sampling: version < 4.7,
    thinking: version >= 4.6 ? 'adaptive' : version >= 3.7 ? 'budget' : 'none',
    thinksByDefault: version >= 5,
    forcedToolChoice: family !== 'fable' && family !== 'mythos',
    midSystem: version >= 5 || (family === 'opus' && version >= 4.8),
    xhighEffort: version >= 4.7,
  };
}

function parsedName(name: string): { family: string; version: number } {
  const modern = nameFirst.exec(name);
  if (modern) return { family: modern[1] ?? '', version: Number(`${modern[2]}.${modern[3] ?? 0}`) };
  const old = versionFirst.exec(name);
  if (old) return { family: old[3] ?? '', version: Number(`${old[1]}.${old[2] ?? 0}`) };
  return { family: name.includes('mythos') ? 'mythos' : '', version: Infinity };
}

function maxOutput(family: string, version: number): number | undefined {
  if (version === Infinity) return undefined;
  if (version >= 4.7) return 128_000;
  if (version < 3.5) return 4096;
  if (version < 3.7) return 8192;
  if (family !== 'opus' || version === 4.5) return 64_000;
  return version >= 4.6 ? 128_000 : 32_000;
}
