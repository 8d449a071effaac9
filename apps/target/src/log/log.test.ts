import { describe, expect, it } from 'vitest'
import { type LogFormat, openLog } from './log.ts'
import { LogOutput } from './log-output.ts'

/** A log whose lines are kept, and which cannot be written while `broken` has an error. */
function keptLog(format: LogFormat, level: 'info' | 'debug' = 'info', isJournal = false) {
  const lines: string[] = []
  const medium: { broken?: string } = {}
  const write = (bytes: Uint8Array): number => {
    if (medium.broken) throw Object.assign(new Error('cannot'), { code: medium.broken })
    lines.push(Buffer.from(bytes).toString())
    return bytes.length
  }
  let pausedMs = 0
  const pause = (delayMs: number) => {
    pausedMs += delayMs
  }
  const log = openLog({ level, format }, new LogOutput(2, { write, pause }), isJournal)
  return { log, lines, medium, pausedMs: () => pausedMs }
}

const STARTING = { event: 'starting' } as const
const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/

describe('the log', () => {
  it('is JSON with numbers for levels and times, as pino writes it', () => {
    const { log, lines } = keptLog('json')
    log.warn({ event: 'disk', disk: 'fileio/d' }, 'said')
    const record = JSON.parse(lines[0] ?? '') as object
    expect(record).toMatchObject({ level: 40, time: expect.any(Number), event: 'disk', disk: 'fileio/d', msg: 'said' })
  })

  it('is JSON with names for levels and ISO times', () => {
    const { log, lines } = keptLog('json-iso')
    log.error(STARTING, 'said')
    const record = JSON.parse(lines[0] ?? '') as object
    expect(record).toMatchObject({ level: 'error', time: expect.stringMatching(ISO), msg: 'said' })
  })

  it('is a line for people, which a peer can neither break nor colour', () => {
    const { log, lines } = keptLog('text')
    log.info({ event: 'disk', initiatorName: 'iqn.a\n\u001b[31m', luns: 3, at: ['a[0]'] }, 'said\r\nFAKE')
    log.fatal({ event: 'fatalFault', err: new Error('planted') }, 'a bug')
    expect(lines[0]).toMatch(new RegExp(`^${ISO.source} INFO  said`))
    expect(lines[0]?.slice(24)).toBe(
      ' INFO  said\\u000d\\u000aFAKE initiatorName="iqn.a\\n\\u001b[31m" luns=3 at=["a[0]"]\n',
    )
    expect(lines[1]).toMatch(/ FATAL a bug err="Error: planted\\n {4}at .*"\n$/)
    expect(lines[1]?.split('\n')).toHaveLength(2)
  })

  it('is for the journal: the priority of sd-daemon(3), no time, and the name of the event', () => {
    const { log, lines } = keptLog('journal', 'debug')
    log.debug({ event: 'call', audit: 'status' }, 'asked')
    log.info({ event: 'disk', disk: 'fileio/d' }, 'said')
    log.warn(STARTING, 'said')
    log.error(STARTING, 'said')
    log.fatal(STARTING, 'said')
    expect(lines).toEqual([
      '<7>asked event=call audit=status\n',
      '<6>said event=disk disk=fileio/d\n',
      '<4>said event=starting\n',
      '<3>said event=starting\n',
      '<2>said event=starting\n',
    ])
  })

  it('has priorities in any format where it is read by the journal', () => {
    const { log, lines } = keptLog('json', 'info', true)
    log.warn(STARTING, 'said')
    expect(lines[0]).toMatch(/^<4>\{"level":40,/)
  })

  it.each(['EPIPE', 'EIO', 'ENOSPC', 'EBADF'])('loses lines at %s, goes on, and says how many once it can', code => {
    const { log, lines, medium, pausedMs } = keptLog('json')
    medium.broken = code
    log.info(STARTING, 'one')
    log.info(STARTING, 'two')
    expect([lines, pausedMs()]).toEqual([[], 0])
    delete medium.broken
    log.info(STARTING, 'three')
    const said = lines.map(line => (JSON.parse(line) as { msg: string }).msg)
    expect(said).toEqual(['three', '2 lines of the log before this one could not be written'])
  })

  it('waits a second for a reader who is behind, once, and not for each line', () => {
    const { log, medium, pausedMs } = keptLog('json')
    medium.broken = 'EAGAIN'
    log.info(STARTING, 'one')
    log.info(STARTING, 'two')
    log.info(STARTING, 'three')
    expect(pausedMs()).toBe(1000)
  })

  it('waits again for a reader who has caught up in between', () => {
    const { log, lines, medium, pausedMs } = keptLog('json')
    medium.broken = 'EAGAIN'
    log.info(STARTING, 'one')
    delete medium.broken
    log.info(STARTING, 'two')
    medium.broken = 'EAGAIN'
    log.info(STARTING, 'three')
    expect([lines.length, pausedMs()]).toEqual([2, 2000])
  })

  it('waits between two tries', () => {
    const triedAt: number[] = []
    const write = (bytes: Uint8Array): number => {
      if (triedAt.push(performance.now()) < 3) throw Object.assign(new Error('later'), { code: 'EAGAIN' })
      return bytes.length
    }
    expect(new LogOutput(2, { write }).write('a line\n')).toBe(true)
    const [first = 0, second = 0, third = 0] = triedAt
    expect(Math.min(second - first, third - second)).toBeGreaterThan(4)
  })

  it('writes on where a part of a line went', () => {
    const parts: string[] = []
    const write = (bytes: Uint8Array): number => {
      parts.push(Buffer.from(bytes.subarray(0, 4)).toString())
      return Math.min(4, bytes.length)
    }
    expect(new LogOutput(2, { write }).write('0123456789\n')).toBe(true)
    expect(parts).toEqual(['0123', '4567', '89\n'])
  })
})
