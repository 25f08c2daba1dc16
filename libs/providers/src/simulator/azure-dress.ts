/** What Azure's content filter adds to a choice, and to a prompt. */
export const azureFilterResults = {
  content_filter_results: {
    hate: { filtered: false, severity: 'safe' },
    self_harm: { filtered: false, severity: 'safe' },
    sexual: { filtered: false, severity: 'safe' },
    violence: { filtered: false, severity: 'safe' },
  },
};

/** Azure's first chunk of a Chat stream: no choice, and neither an id nor a model. */
export const azureFirstChunk = {
  choices: [],
  created: 0,
  id: '',
  model: '',
  object: '',
  prompt_filter_results: [{ prompt_index: 0, ...azureFilterResults }],
};
