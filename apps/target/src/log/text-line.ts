/** A record as pino gives it, with levels and times as text. */
type LogRecord = Readonly<Record<string, unknown>> & {
  readonly time: string
  readonly level: string
  readonly msg: string
}

/** What every line has, or what no person needs beside the time. */
const NOT_SHOWN: ReadonlySet<string> = new Set(['time', 'level', 'event', 'msg', 'name', 'pid', 'hostname', 'err'])
const LEVEL_WIDTH = 5

/** A record of the log as a line for a person: the time, the level, what happened, then the facts by name. */
export function formatText(json: string): string {
  const record = JSON.parse(json) as LogRecord
  return [record.time, record.level.toUpperCase().padEnd(LEVEL_WIDTH), ...wordsOf(record)].join(' ').concat('\n')
}

/** The same for the journal, which knows the time and the level: what happened, the name of the event, then the facts. */
export function formatJournal(json: string): string {
  const record = JSON.parse(json) as LogRecord
  const [said = '', ...facts] = wordsOf(record)
  return [said, `event=${formatFact(record['event'])}`, ...facts].join(' ').concat('\n')
}

function wordsOf(record: LogRecord): string[] {
  const { msg, err } = record
  const facts = Object.entries(record).filter(([name]) => !NOT_SHOWN.has(name))
  const shown = facts.map(([name, value]) => `${name}=${formatFact(value)}`)
  if (err !== undefined) shown.push(`err=${formatFact((err as { stack?: string }).stack ?? err)}`)
  return [printable(msg), ...shown]
}

function formatFact(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@%+,-]+$/.test(value) ? value : printable(JSON.stringify(value) ?? '')
}

/** What a peer calls itself must not begin a line of its own, nor speak to the terminal. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, each => {
    return `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
