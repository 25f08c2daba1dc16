/**
 * `max_tokens` of a canonical request whose client named no limit, which OpenAI's dialects allow and Messages does not: every
 * upstream's translation lowers it to what the model can write. A plain integer, so that it survives a stored request.
 */
export const noOutputLimit = 2 ** 31 - 1;
