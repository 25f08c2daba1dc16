/** How tools, and Claude Code's `<tool_use_error>`, begin when they report a failure themselves. */
const looksLikeError = /^\s*<?(?:\w*error|\w*exception|traceback|failed|failure|fatal)\b/i;

/** The text of a failed tool call: OpenAI has no field for `is_error`, so that the words must say it. */
export function toolFailureText(text: string): string {
  return looksLikeError.test(text) ? text : `Error: ${text}`;
}
