import { compatibility, inboundCompatibility, warningMeanings } from '#wire';

/** docs/compatibility.md, from the tables in libs/wire/src by which the translations themselves warn. */
export function compatibilityPage() {
  return `<!-- Generated from libs/wire/src/openai/{parameter,content}-rows.ts and libs/wire/src/inbound/compatibility.ts by "npm run docs". -->

# Compatibility

Anthropic's Messages is the language inside the gateway. A request is translated at most twice: out of the client's dialect into
Messages, and out of Messages into the upstream's. Where both are the same, the bytes are passed on and nothing on this page
applies.

A translated answer repeats the model name that the client asked for. One that is passed on says what its upstream says, the name
behind an alias or a deployment included: its bytes are the upstream's, to the last one. The ledger keeps both names of either kind,
\`model_asked\` and \`model_answered\`.

Nothing is lost in silence. What cannot be kept is named in the answer's \`x-proxy-warnings\`, a list of the codes below; with
\`x-proxy-strict: true\` the request is refused instead, naming the path of the field. A stream whose answer turns out to hold
something that cannot be kept says so at its end in a comment, \`: x-proxy-warnings: …\`, as its headers have gone by then.

| word | what becomes of the field |
| --- | --- |
| mapped | it has a counterpart |
| emulated | the gateway does it itself |
| dropped | it is let go, with the warning named |
| ignored | it is let go without a word, as nothing of meaning is lost |
| refused | the request is answered with a 400 that names the path |

Where a row names two of them, its last column says which applies when.

## Messages to an OpenAI upstream

Towards Azure OpenAI, OpenAI and compatible servers. Responses is spoken to models that reason, Chat Completions to all others.
${outboundGroups.map(outboundTable).join('\n')}
## OpenAI's dialects and the older ones to Messages

Fields that are not in these tables have a counterpart of the same meaning.
${inboundGroups.map(inboundTable).join('\n')}
## Translated requests to an Anthropic upstream

What the model would refuse is lowered or left out.

${inboundRows('messages')}

## Warnings

| code | what it tells |
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
