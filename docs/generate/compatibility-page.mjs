import { compatibility, inboundCompatibility, warningMeanings } from '#wire';

/** docs/compatibility.md, from the tables in libs/wire/src by which the translations themselves warn. */
export function compatibilityPage() {
  return `<!-- Generated from libs/wire/src/openai/{parameter,content}-rows.ts and libs/wire/src/inbound/compatibility.ts by "npm run docs". -->

# Compatibility

Inside, the gateway speaks Anthropic's Messages. A request is translated at most twice: from the client's dialect into Messages, and
from Messages into the upstream's dialect. Where client and upstream speak the same dialect, the bytes are nearly
always passed on, and then nothing on this page applies. What the gateway has made of another vendor's thinking, searches and citations
stays behind where a conversation goes on at Anthropic, which refuses it: a line of text says what was searched, with the warning
\`server_tool_history_summarised\`, and the texts stay.

A translated answer repeats the model name that the client asked for. An answer that is passed on has the upstream's bytes unchanged, and
with them the upstream's own name of the model, also behind an alias or a deployment. The ledger keeps both names of every answer,
\`model_asked\` and \`model_answered\`.

Nothing is lost silently. The answer's \`x-proxy-warnings\` lists, as the codes below, what could not be kept. With
\`x-proxy-strict: true\` (or \`1\`, \`yes\`) the request is refused instead, with the path of the field; a value that means neither yes nor no is
a 400. If a stream turns out to hold something that cannot be kept, it says so in a comment at its end, \`: x-proxy-warnings: …\`,
because its headers have been sent by then. A durable job lists both as its \`warnings\`.

| word | what happens to the field |
| --- | --- |
| mapped | it has a counterpart |
| emulated | the gateway does it itself |
| dropped | it is left out, with the warning named |
| ignored | it is left out without a warning, because no meaning is lost |
| refused | the request is answered with a 400 that names the path |

Where a row names two of them, its last column says which applies when.

## Messages to an OpenAI upstream

For Azure OpenAI, OpenAI and compatible servers. Models that reason are called through Responses, all others through Chat Completions.
${outboundGroups.map(outboundTable).join('\n')}
## OpenAI's dialects and the older ones to Messages

Fields that are not in these tables have a counterpart of the same meaning.
${inboundGroups.map(inboundTable).join('\n')}
## Translated requests to an Anthropic upstream

Values that the model would refuse are lowered or left out.

${inboundRows('messages')}

## Warnings

| code | meaning |
| --- | --- |
${Object.entries(warningMeanings)
  .map(([warning, meaning]) => `| \`${warning}\` | ${cell(meaning)} |`)
  .join('\n')}
`;
}

const outboundGroups = [
  { title: 'The request', has: (field) => !/^(?:<|system$|messages|tools|tool_choice|answer)/.test(field) },
  { title: 'Messages and content blocks', has: (field) => /^(?:<|system$|messages)/.test(field) },
  { title: 'Tools', has: (field) => /^(?:tools|tool_choice)/.test(field) },
  { title: 'The answer', has: (field) => field.startsWith('answer') },
];

const inboundGroups = [
  { title: 'Chat Completions', dialect: 'chat' },
  { title: 'Responses', dialect: 'responses' },
  { title: 'Completions (legacy)', dialect: 'completions' },
  { title: 'Text Completions of Anthropic (legacy)', dialect: 'complete' },
];

function outboundTable({ title, has }) {
  const rows = compatibility
    .filter(({ field }) => has(field))
    .map((row) => `| ${code(row.field)} | ${row.chat} | ${row.responses} | ${warningOf(row)} | ${cell(row.note)} |`);
  return `
### ${title}

| field | Chat Completions | Responses | warning | how |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function inboundTable({ title, dialect }) {
  return `
### ${title}

${inboundRows(dialect)}
`;
}

function inboundRows(dialect) {
  const rows = inboundCompatibility
    .filter(({ dialects }) => dialects.includes(dialect))
    .map((row) => `| ${code(row.field)} | ${row.verdict} | ${warningOf(row)} | ${cell(row.note)} |`);
  return `| field | becomes | warning | how |
| --- | --- | --- | --- |
${rows.join('\n')}`;
}

const name = /<\w+>(?:\.\w+)?|[a-z]\w*(?:\[\])?(?:[._]\w+)+(?:\[\])?|(?:tools|messages)\[\](?:\.\w+)?/g;
const onlyNames = /^(?:[\w.[\]<>]+(?:, )?)+(?= \(|$)/;

/** The names of fields in their own type; words that say which of its values are meant stay words. */
function code(field) {
  const names = onlyNames.exec(field)?.[0];
  if (names === undefined) return field.replaceAll(name, '`$&`');
  const marked = names.split(', ').map((one) => `\`${one}\``);
  return marked.join(', ') + field.slice(names.length);
}

function warningOf({ warning }) {
  return warning === undefined ? '' : `\`${warning}\``;
}

function cell(text) {
  return text.replaceAll('|', String.raw`\|`);
}
