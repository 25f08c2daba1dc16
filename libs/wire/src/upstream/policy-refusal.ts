/** Words of a refusal that is about what was asked, as moderation in front of a model writes them. */
const aboutTheRequest =
  /content[_ -]?(?:filter|policy|management)|usage polic|acceptable use|moderation|\bflagged\b|policy_blocked|safety (?:system|check|polic|violation)|prohibited content/i;

/** Whether a 403 is clearly about the request. Nearly every other one is about the account of whoever runs the gateway. */
export function isPolicyRefusal(...texts: readonly string[]): boolean {
  return texts.some((text) => aboutTheRequest.test(text));
}
