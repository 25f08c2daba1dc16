import type { Answer } from './answer.js';

export function refusalText({ text }: Answer): string {
  return text === '' ? "I'm sorry, I can't assist with that." : text;
}
