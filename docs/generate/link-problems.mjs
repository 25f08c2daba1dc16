import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Links within the repository that lead nowhere, in every Markdown file. The web is not asked. */
export function linkProblems() {
  return globSync(['*.md', '{.github,apps,docs,infra,libs}/**/*.md'], { exclude: ['**/node_modules/**'] })
    .toSorted()
    .flatMap((file) => linksOf(readFileSync(file, 'utf8')).flatMap((link) => problemOf(file, link)));
}

function linksOf(markdown) {
  const prose = withoutCode(markdown);
  const inline = prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g);
  const references = prose.matchAll(/^\[[^\]]+\]:\s*(\S+)/gm);
  const html = prose.matchAll(/\b(?:href|src)="([^"]+)"/g);
  return [...inline, ...references, ...html].map(([, link]) => link);
}

function problemOf(file, link) {
  if (/^[a-z][a-z+.-]*:/i.test(link)) return [];
  const [path, anchor] = decodeURIComponent(link).split('#', 2);
  const target = path === '' ? file : normalize(path.startsWith('/') ? path.slice(1) : join(dirname(file), path));
  if (!existsSync(target)) return [`${file}: ${link} leads nowhere`];
  if (anchor === undefined || statSync(target).isDirectory() || !target.endsWith('.md')) return [];
  return anchorsOf(readFileSync(target, 'utf8')).has(anchor) ? [] : [`${file}: ${link} names no heading of ${target}`];
}

/** As GitHub makes them; a heading that occurs again gets a number. */
function anchorsOf(markdown) {
  const seen = new Map();
  const anchors = new Set();
  for (const [, heading] of withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    anchors.add(times === 0 ? slug : `${slug}-${times}`);
  }
  return anchors;
}

function withoutCode(markdown) {
  return withoutFences(markdown).replaceAll(/`[^`\n]*`/g, '');
}

function withoutFences(markdown) {
  return markdown.replaceAll(/^( *)(```+|~~~+)[\s\S]*?^\1\2 *$/gm, '');
}
