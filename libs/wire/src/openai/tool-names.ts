import { hash } from 'node:crypto';

/** OpenAI's limit; Anthropic allows 128, and `mcp__server__tool` names pass 64 easily. */
const maxNameChars = 64;
const keptChars = 52;
const allowed = /^[a-zA-Z0-9_-]+$/;

/**
 * Tool names in a form OpenAI accepts. A name that fits stays as it is; another becomes its first 52 characters, `_`, and
 * eight hex digits of its hash, so that the same name is the same in every turn and prompt caches keep hitting.
 */
export class ToolNames {
  private readonly toOriginal = new Map<string, string>();
  private readonly toUpstream = new Map<string, string>();

  /** The name to send for the client's `name`; remembers the way back. */
  upstream(name: string): string {
    const known = this.toUpstream.get(name);
    if (known !== undefined) return known;
    const sent = name.length <= maxNameChars && allowed.test(name) ? name : shortened(name);
    this.toUpstream.set(name, sent);
    this.toOriginal.set(sent, name);
    return sent;
  }

  /** Every name handed out → the name that the client declared. */
  get originals(): ReadonlyMap<string, string> {
    return this.toOriginal;
  }
}

function shortened(name: string): string {
  return `${name.slice(0, keptChars).replaceAll(/[^a-zA-Z0-9_-]/g, '_')}_${hash('sha256', name, 'hex').slice(0, 8)}`;
}
