import { promptMarker } from './directive-pairs.js';
import { isRecord, recordsOf, stringOf, type JsonRecord } from './json-reader.js';

export interface Prompt {
  /** The last thing that the person said; tool results do not count. Directives are looked for here. */
  readonly text: string;
  /** How often the model has spoken since `text`: the n-th directive of a prompt answers the n-th turn after it. */
  readonly turn: number;
  /** What came last, tool results included: the default answer repeats it. */
  readonly last: string;
}

interface Turn {
  readonly speaker: 'person' | 'tool' | 'model';
  readonly text: string;
}

/** Reads a Messages, Chat or Responses body. */
export function readPrompt(body: JsonRecord): Prompt {
  const turns = mergeTurns(typeof body['input'] === 'string' ? [person(body['input'])] : [...turnsOf(body)]);
  const start = turns.findLastIndex((turn) => turn.speaker === 'person');
  return {
    text: turns[start]?.text ?? '',
    turn: turns.slice(start + 1).filter((turn) => turn.speaker === 'model').length,
    last: turns.findLast((turn) => turn.speaker !== 'model')?.text ?? '',
  };
}

function* turnsOf(body: JsonRecord): Generator<Turn> {
  for (const item of recordsOf(body['messages'] ?? body['input'])) {
    const type = stringOf(item['type']);
    if (item['role'] === 'user') yield* userTurns(item['content']);
    else if (item['role'] === 'tool') yield { speaker: 'tool', text: textOf(item['content']) };
    else if (item['role'] === 'assistant') yield { speaker: 'model', text: '' };
    else if (type.endsWith('_call_output')) yield { speaker: 'tool', text: textOf(item['output']) };
    else if (type === 'reasoning' || type.endsWith('_call')) yield { speaker: 'model', text: '' };
  }
}

/** A Messages user turn packs tool results and the person's words into one. */
function* userTurns(content: unknown): Generator<Turn> {
  const results = recordsOf(content).filter((block) => block['type'] === 'tool_result');
  if (results.length > 0) yield { speaker: 'tool', text: results.map((block) => textOf(block['content'])).join('\n') };
  const text = textOf(content);
  if (results.length === 0 || text !== '') yield person(text);
}

function person(text: string): Turn {
  return { speaker: 'person', text };
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const texts = recordsOf(content).filter(
    (block) => isRecord(block) && /^(input_|output_)?text$/.test(stringOf(block['type'])),
  );
  return texts.map((block) => stringOf(block['text'])).join('\n');
}

/** Clients and gateways put reminders and re-homed media behind tool results: words there are a new prompt only with a directive. */
function mergeTurns(turns: readonly Turn[]): Turn[] {
  const merged: Turn[] = [];
  for (const turn of turns) {
    const before = merged.at(-1);
    const belongsToTool = turn.speaker === 'person' && before?.speaker === 'tool' && !turn.text.includes(promptMarker);
    if (before && (belongsToTool || (before.speaker === turn.speaker && turn.speaker !== 'person'))) {
      merged[merged.length - 1] = {
        speaker: before.speaker,
        text: [before.text, turn.text].filter(Boolean).join('\n'),
      };
    } else {
      merged.push(turn);
    }
  }
  return merged;
}
