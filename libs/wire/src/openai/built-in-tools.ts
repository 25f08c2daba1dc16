/** Anthropic's client tools come without a schema, because its models are trained on them; other models must be told. */
export interface BuiltInTool {
  readonly description: string;
  readonly schema: Record<string, unknown>;
}

const viewRange = {
  type: 'array',
  items: { type: 'integer' },
  description: 'First and last line to show, counted from 1; -1 as the last line means the end of the file.',
};

function editor(commands: readonly string[]): BuiltInTool {
  return {
    description:
      'Views, creates and edits text files. `view` shows a file with line numbers, or lists a directory; `create` writes a new file; ' +
      '`str_replace` replaces text that must occur exactly once; `insert` inserts text after a line' +
      (commands.includes('undo_edit') ? '; `undo_edit` takes back the last edit of the file.' : '.'),
    schema: {
      type: 'object',
      properties: {
        command: { type: 'string', enum: commands, description: 'What to do.' },
        path: { type: 'string', description: 'Absolute path of the file or directory.' },
        view_range: viewRange,
        file_text: { type: 'string', description: 'For `create`: the content of the file.' },
        old_str: {
          type: 'string',
          description: 'For `str_replace`: the text to replace, exactly as it stands in the file.',
        },
        new_str: { type: 'string', description: 'For `str_replace`: the new text.' },
        insert_line: {
          type: 'integer',
          description: 'For `insert`: the line after which to insert; 0 is the beginning.',
        },
        insert_text: { type: 'string', description: 'For `insert`: the text to insert.' },
      },
      required: ['command', 'path'],
    },
  };
}

const bash: BuiltInTool = {
  description: 'Runs a command in a bash session that keeps its state between calls.',
  schema: {
    type: 'object',
    properties: {
      command: { type: 'string', description: 'The command to run; required unless the session is restarted.' },
      restart: { type: 'boolean', description: 'True restarts the session.' },
    },
  },
};

const memory: BuiltInTool = {
  description:
    'Keeps notes across conversations as files under /memories. Look there before starting a task, and write down progress. ' +
    '`view` shows a file or directory, `create` writes a file, `str_replace` replaces text that occurs exactly once, `insert` inserts ' +
    'text after a line, `delete` deletes a file or directory, `rename` moves it.',
  schema: {
    type: 'object',
    properties: {
      command: { type: 'string', enum: ['view', 'create', 'str_replace', 'insert', 'delete', 'rename'] },
      path: { type: 'string', description: 'Path under /memories.' },
      view_range: viewRange,
      file_text: { type: 'string', description: 'For `create`: the content of the file.' },
      old_str: { type: 'string', description: 'For `str_replace`: the text to replace.' },
      new_str: { type: 'string', description: 'For `str_replace`: the new text.' },
      insert_line: {
        type: 'integer',
        description: 'For `insert`: the line after which to insert; 0 is the beginning.',
      },
      insert_text: { type: 'string', description: 'For `insert`: the text to insert.' },
      old_path: { type: 'string', description: 'For `rename`: the present path.' },
      new_path: { type: 'string', description: 'For `rename`: the new path.' },
    },
    required: ['command'],
  },
};

const editorCommands = ['view', 'create', 'str_replace', 'insert'];

const builtInTools: Readonly<Record<string, BuiltInTool>> = {
  bash_20241022: bash,
  bash_20250124: bash,
  text_editor_20241022: editor([...editorCommands, 'undo_edit']),
  text_editor_20250124: editor([...editorCommands, 'undo_edit']),
  text_editor_20250429: editor(editorCommands),
  text_editor_20250728: editor(editorCommands),
  memory_20250818: memory,
};

/** The description and schema of a client tool of Anthropic's, by its `type`. */
export function builtInTool(type: string): BuiltInTool | undefined {
  return Object.hasOwn(builtInTools, type) ? builtInTools[type] : undefined;
}
