/** What OpenAI's models accept, by name; the families differ in ways that only a 400 tells. */
export interface OpenaiModel {
  /** False for the models of compatible servers, which are lenient. */
  readonly isOpenai: boolean;
  /** Empty when the model does not reason. */
  readonly efforts: readonly string[];
  /** Reasons when nothing is said of effort. */
  readonly reasonsByDefault: boolean;
  /** Chat Completions refuses function tools while the model reasons. */
  readonly refusesChatTools: boolean;
  readonly cacheBreakpoints: boolean;
  readonly labelsPhase: boolean;
  readonly mostOutputTokens: number;
}

const notReasoning = {
  isOpenai: true,
  efforts: [],
  reasonsByDefault: false,
  refusesChatTools: false,
  cacheBreakpoints: false,
  labelsPhase: false,
  mostOutputTokens: 16_384,
} satisfies OpenaiModel;

const reasoning = { ...notReasoning, reasonsByDefault: true, mostOutputTokens: 128_000 };
const newest = { ...reasoning, refusesChatTools: true, labelsPhase: true };

/** First match wins. */
const families: readonly (readonly [RegExp, OpenaiModel])[] = [
  [/^o\d/, { ...reasoning, efforts: ['low', 'medium', 'high'], mostOutputTokens: 100_000 }],
  [/^gpt-5-chat/, notReasoning],
  [/^gpt-5\.\d-chat/, { ...reasoning, efforts: ['medium'], mostOutputTokens: 16_384 }],
  [/^gpt-5-pro/, { ...reasoning, efforts: ['high'], mostOutputTokens: 272_000 }],
  [/^gpt-5\.\d-pro/, { ...reasoning, efforts: ['medium', 'high', 'xhigh'] }],
  [/^gpt-5(\.\d)?-codex/, { ...reasoning, efforts: ['low', 'medium', 'high', 'xhigh'], labelsPhase: true }],
  [
    /^gpt-(5\.[6-9]|6)/,
    { ...newest, efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'], cacheBreakpoints: true },
  ],
  [/^gpt-5\.5/, { ...newest, efforts: ['none', 'low', 'medium', 'high', 'xhigh'] }],
  [/^gpt-5\.4/, { ...newest, efforts: ['none', 'low', 'medium', 'high', 'xhigh'], reasonsByDefault: false }],
  [
    /^gpt-5\.3/,
    { ...reasoning, efforts: ['none', 'low', 'medium', 'high', 'xhigh'], reasonsByDefault: false, labelsPhase: true },
  ],
  [/^gpt-5\.2/, { ...reasoning, efforts: ['none', 'low', 'medium', 'high', 'xhigh'], reasonsByDefault: false }],
  [/^gpt-5\.1/, { ...reasoning, efforts: ['none', 'low', 'medium', 'high'], reasonsByDefault: false }],
  [/^gpt-5/, { ...reasoning, efforts: ['minimal', 'low', 'medium', 'high'] }],
  [/^gpt-4\.1/, { ...notReasoning, mostOutputTokens: 32_768 }],
  [/^gpt-(4-turbo|3)/, { ...notReasoning, mostOutputTokens: 4096 }],
  [/^gpt-4(?!o)/, { ...notReasoning, mostOutputTokens: 8192 }],
  [/^(chatgpt|gpt)-/, notReasoning],
];

export function openaiModel(name: string): OpenaiModel {
  const family = families.find(([pattern]) => pattern.test(name));
  return family?.[1] ?? { ...notReasoning, isOpenai: false, mostOutputTokens: Number.POSITIVE_INFINITY };
}

export function isReasoning(model: OpenaiModel, effort: unknown): boolean {
  if (model.efforts.length === 0) return false;
  return typeof effort === 'string' ? effort !== 'none' : model.reasonsByDefault;
}
