/** Puts `content` between `<!-- generated: NAME -->` and `<!-- /generated: NAME -->`. */
export function replaceSection(page, name, content) {
  const start = `<!-- generated: ${name} -->`;
  const end = `<!-- /generated: ${name} -->`;
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`the markers of the generated section "${name}" are missing`);
  return `${page.slice(0, from + start.length)}\n\n${content}\n\n${page.slice(to)}`;
}
