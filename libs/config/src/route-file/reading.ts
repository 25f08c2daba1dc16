import { type Document, isAlias, isNode, type LineCounter, type Node } from 'yaml';

export type Path = readonly (string | number)[];

/** One pass over a route file: where its problems are noted, each with its place. */
export class Reading {
  private readonly noted: { readonly offset: number; readonly sentence: string }[] = [];

  constructor(
    /** The file's path, or the variable that holds its text. */
    private readonly source: string,
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
    /** The environment that the file's `${env:NAME}` refer to. */
    readonly variables: Readonly<Record<string, string | undefined>>,
  ) {}

  /** In the order of the file: `routes.yaml:12:5: targets[0].provider: must be one of …`. */
  get problems(): string[] {
    return this.noted
      .toSorted((one, other) => one.offset - other.offset)
      .map(({ offset, sentence }) => {
        const { line, col } = this.lines.linePos(offset);
        return `${this.source}:${line}:${col}: ${sentence}`;
      });
  }

  /** Notes a problem of a node. The sentence must not hold the value: it may be a key that was written into the wrong place. */
  fail(node: Node, path: Path, sentence: string): void {
    this.failAt(node.range?.[0] ?? 0, path, sentence);
  }

  failAt(offset: number, path: Path, sentence: string): void {
    this.noted.push({ offset, sentence: path.length === 0 ? sentence : `${written(path)}: ${sentence}` });
  }

  /** Notes a problem of what a path leads to, or of the nearest thing above it. */
  failIn(path: Path, sentence: string): void {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = length === 0 ? this.document.contents : this.document.getIn(path.slice(0, length), true);
      if (isNode(node)) return this.fail(node, path, sentence);
    }
    this.failAt(0, path, sentence);
  }

  /** What an anchor's alias stands for. */
  resolve(node: Node): Node {
    return (isAlias(node) ? node.resolve(this.document) : undefined) ?? node;
  }
}

function written(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}
