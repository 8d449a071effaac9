import { LOG_CHAPTERS, type LogEventRow } from '../../apps/target/src/log/log-events.ts'
import { LOG_FIELDS } from '../../apps/target/src/log/log-fields.ts'

/** sd-daemon(3). */
const PRIORITIES = [
  ['fatal', 60, '<2>', 'crit'],
  ['error', 50, '<3>', 'err'],
  ['warn', 40, '<4>', 'warning'],
  ['info', 30, '<6>', 'info'],
  ['debug', 20, '<7>', 'debug'],
] as const

const START = `# The log of lunkitd

Made by \`npm run documents\` from the tables in \`apps/target/src/log/\`; change it there.

One event is one line on standard error. \`event\` is its name, which stays as it is from version to version, as the names of its fields do; \`msg\` is for people, and
may be put into other words. No line has a secret.

| \`--log-format\` | A line is | Where it is the default |
|---|---|---|
| \`text\` | the time in UTC, the level, what happened, the fields | a terminal |
| \`journal\` | the priority, what happened, \`event\` and the fields; the journal knows the time | where systemd's journal reads it (JOURNAL_STREAM) |
| \`json\` | an object, the level as a number, the time in ms since 1970 | elsewhere |
| \`json-iso\` | an object, the level as a word, the time as ISO 8601 | |

Where the journal reads it every format has the priority before the line: \`journalctl -u lunkitd -p warning\`. How much is written says
\`--log-level\`.

| Level | \`json\` | Priority | \`journalctl -p\` |
|---|---|---|---|
${PRIORITIES.map(([level, number, prefix, name]) => `| \`${level}\` | ${number} | \`${prefix}\` | \`${name}\` |`).join('\n')}

What strangers and initiators can bring about again and again is bounded: the first line of a cause, which is a kind of line, an address and what was wrong, is
written at once (of sessions that start and end ten), and then one line every ten seconds with how many more there were, for as long as it goes on
(\`linesLeftOut\`, \`strangersLeftOut\`). No cause hides another: eight of an address are told apart and the rest of it together, 256 of all addresses. Operations on a disk that go on failing are a line at once, and then one in ten seconds with how many they were
(\`times\`).

Every line has \`level\`, \`time\`, \`pid\`, \`hostname\`, \`name\`, \`event\` and \`msg\` beside the fields that are named here. What is not known is left out.
`

const rowOf = (name: string, { levels, meaning, fields, remedy }: LogEventRow): string =>
  `| \`${name}\` | ${levels.join(', ')} | ${meaning} | ${fields.map(each => `\`${each}\``).join(', ')} | ${remedy} |`

const chapterOf = (title: string, events: Readonly<Record<string, LogEventRow>>): string => `
## ${title}

| Event | Level | What happened | Fields | What to do |
|---|---|---|---|---|
${Object.entries(events)
  .map(([name, row]) => rowOf(name, row))
  .join('\n')}
`

/** `docs/logs.md`: every event of the log, and every field. */
export function logsPage(): string {
  const chapters = Object.entries(LOG_CHAPTERS).map(([title, events]) => chapterOf(title, events))
  const fields = Object.entries(LOG_FIELDS)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, meaning]) => `| \`${name}\` | ${meaning} |`)
  return `${START}${chapters.join('')}\n## Fields\n\n| Field | What it is |\n|---|---|\n${fields.join('\n')}\n`
}
