import { fstatSync } from 'node:fs'

/** sd-daemon(3): what stands before a line for the journal, by pino's levels in numbers and in words. */
const PRIORITIES: Readonly<Record<string, number>> = {
  ...{ 10: 7, 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 },
  ...{ trace: 7, debug: 7, info: 6, warn: 4, error: 3, fatal: 2 },
}
const INFORMATION = 6

/** The priority of a record, as it stands before its line: `<4>`. */
export function priorityOf(json: string): string {
  const [, level = ''] = /^\{"level":"?(\w+)/.exec(json) ?? []
  return `<${PRIORITIES[level] ?? INFORMATION}>`
}

/** Whether a descriptor is the stream that systemd has connected to the journal: JOURNAL_STREAM of systemd.exec(5). */
export function isJournal(fd: number, stream = process.env['JOURNAL_STREAM']): boolean {
  if (stream === undefined) return false
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true })
    return stream === `${dev}:${ino}`
  } catch {
    return false
  }
}
