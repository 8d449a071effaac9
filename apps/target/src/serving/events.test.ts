import type { LaneEvent, StoreFault, TargetEvent, UnitEvent } from 'lunkit'
import { describe, expect, it, vi } from 'vitest'
import type { Logger } from '../log/logger.ts'
import { logDiskEvent } from './disk-events.ts'
import { logLaneEvent, targetLogger } from './events.ts'

/** A log that keeps its lines: level and text. */
function keptLog() {
  const lines: string[] = []
  const facts: object[] = []
  const levels = ['info', 'warn', 'error'].map(level => [
    level,
    (said: object, text: string) => {
      facts.push(said)
      lines.push(`${level}: ${text}`)
    },
  ])
  return { log: Object.fromEntries(levels) as Logger, lines, facts }
}

const portal = { host: '::1', port: 3260 }
const remote = '192.0.2.7:40000'
const at = '192.0.2.1:3260'
const refused = { kind: 'connectionRefused', local: at, cause: 'connections', reason: 'no more' } as const
const session = {
  initiatorName: 'iqn.2026-11.example:host',
  isid: 1,
  targetName: 'iqn.2026-11.com.example:disks',
  targetPortalGroupTag: 1,
  authMethod: 'None',
  headerDigest: false,
  dataDigest: false,
  discovery: false,
  tsih: 1,
  remote: { host: '192.0.2.7', port: 40_000 },
  local: { host: '192.0.2.1', port: 3260 },
}
const who = 'iqn.2026-11.example:host at 192.0.2.7:40000'
const coded = (code: string) => Object.assign(new Error(`listen ${code}`), { code })
const end = { kind: 'connectionEnded', remote } as const

describe('what a target tells becomes', () => {
  it.each<[TargetEvent, readonly string[]]>([
    [{ kind: 'portalOpened', portal }, ['info: portal [::1]:3260 listens']],
    [
      { kind: 'portalFailed', portal, error: coded('EADDRINUSE') },
      ['error: portal [::1]:3260 cannot be opened: another program, or the kernel target, listens there (EADDRINUSE)'],
    ],
    [
      { kind: 'portalFailed', portal, error: coded('EADDRNOTAVAIL') },
      ['error: portal [::1]:3260 cannot be opened: this machine does not have the address (EADDRNOTAVAIL)'],
    ],
    [
      { kind: 'portalFailed', portal, error: coded('EACCES') },
      [
        'error: portal [::1]:3260 cannot be opened: permission is denied: ports below 1024 need CAP_NET_BIND_SERVICE (EACCES)',
      ],
    ],
    [
      { kind: 'portalFailed', portal, error: coded('EWHATEVER') },
      ['error: portal [::1]:3260 cannot be opened: listen EWHATEVER'],
    ],
    [
      { kind: 'portalFailed', portal, error: new Error('nothing works') },
      ['error: portal [::1]:3260 cannot be opened: nothing works'],
    ],
    [
      { kind: 'acceptFailed', portal, error: coded('EMFILE') },
      ['warn: a connection to [::1]:3260 was closed: listen EMFILE'],
    ],
    [
      { kind: 'connectionRefused', remote, local: at, cause: 'connections', reason: 'there are 4096 connections' },
      ['warn: connection refused: there are 4096 connections'],
    ],
    [
      {
        kind: 'loginRefused',
        remote,
        local: at,
        initiatorName: 'iqn.a',
        targetName: undefined,
        targetPortalGroupTag: undefined,
        status: 0x0203,
        cause: 'unknown_target',
        reason: 'no such target',
      },
      ['warn: login refused: no such target'],
    ],
    [{ kind: 'sessionStarted', session }, [`info: session started: ${who}, iqn.2026-11.com.example:disks`]],
    [
      { kind: 'sessionStarted', session: { ...session, discovery: true, targetName: '' } },
      [`info: session started: ${who}, discovery`],
    ],
    [
      { kind: 'sessionEnded', session, why: 'logout' },
      [`info: session ended (logout): ${who}, iqn.2026-11.com.example:disks`],
    ],
    [{ kind: 'fault', remote, error: new Error('a bug') }, ['error: connection ended by a bug of lunkit']],
    [{ ...end, state: 'LOGGED_IN', why: 'unresponsive' }, ['warn: connection ended']],
    [{ ...end, state: 'LOGGED_IN', why: 'formatError', detail: 'a header digest' }, ['warn: connection ended']],
    ...(['logout', 'peerClosed', 'reinstated', 'ended', 'idle'] as const).map(
      (why): [TargetEvent, readonly string[]] => [{ ...end, state: 'LOGGED_IN', why }, []],
    ),
    [{ ...end, state: 'IN_LOGIN', why: 'loginRefused' }, []],
    [{ ...end, state: 'XPT_UP', why: 'ended' }, []],
    [
      { ...end, state: 'XPT_UP', why: 'peerClosed', detail: 'it sent nothing' },
      [`info: connection from ${remote} ended before it had logged in: it sent nothing`],
    ],
    [
      { ...end, state: 'IN_LOGIN', why: 'loginTimedOut' },
      [`warn: connection from ${remote} ended before it had logged in: loginTimedOut`],
    ],
  ])('%j: %j', (event, expected) => {
    const { log, lines } = keptLog()
    targetLogger(log)(event)
    expect(lines).toEqual(expected)
  })

  it('facts beside the text, which programs read', () => {
    const { log, facts } = keptLog()
    const hear = targetLogger(log)
    hear({ ...end, state: 'LOGGED_IN', why: 'formatError', detail: 'a header digest' })
    hear({
      ...{ kind: 'loginRefused', remote, local: at, initiatorName: 'iqn.a', targetName: 'iqn.b' },
      ...{ targetPortalGroupTag: 2, status: 0x0202, cause: 'no_acl', reason: 'no' },
    })
    hear({ kind: 'sessionEnded', session, why: 'reset' })
    expect(facts).toEqual([
      { event: 'connectionEnded', remote, state: 'LOGGED_IN', why: 'formatError', detail: 'a header digest' },
      {
        ...{ event: 'loginRefused', remote, portal: at, initiatorName: 'iqn.a', targetName: 'iqn.b', status: 0x0202 },
        ...{ refused: 'no_acl', remedy: expect.stringContaining('lunkit /iscsi/iqn.b/tpg2/acls create iqn.a') },
      },
      { event: 'sessionEnded', session, why: 'reset' },
    ])
  })
})

describe('what lanes tell becomes', () => {
  const cause = new Error('the thread died')
  it.each<[LaneEvent, string]>([
    [
      { kind: 'withoutLibc', cause, meaning: 'disks are served more slowly' },
      'warn: koffi could not be loaded: disks are served more slowly',
    ],
    [{ kind: 'direct', engine: 'io_uring' }, 'info: disks are read and written past the page cache by io_uring'],
    [{ kind: 'serves', lane: 1 }, 'info: worker lane serves'],
    [{ kind: 'died', lane: 1, cause }, 'error: worker lane died; it is started again'],
    [
      { kind: 'unplaced', lane: 1, cpu: 9, code: 'EINVAL' },
      'warn: lane 1 runs on any processor, and not on 9: there is none, or lunkitd may not have it',
    ],
    [
      { kind: 'stuck', lane: 1, store: 'fileio/d' },
      'error: fileio/d: an operation on its file does not return; what it is asked for waits, other disks are served',
    ],
    [{ kind: 'returned', lane: 1, store: 'fileio/d', cause: undefined }, 'info: fileio/d: the operation has returned'],
    [{ kind: 'returned', lane: 1, store: 'fileio/d', cause }, 'error: fileio/d: the operation ended with its thread'],
  ])('%j: %s', (event, line) => {
    const { log, lines } = keptLog()
    logLaneEvent(log, event)
    expect(lines).toEqual([line])
  })
})

describe('what a disk tells becomes', () => {
  const failure = (fault: StoreFault, times = 1): UnitEvent => ({
    kind: 'operationFailed',
    operation: 'write',
    fault,
    offset: 512,
    lengthBytes: 1024,
    times,
  })
  it.each<[UnitEvent, string]>([
    [failure('io'), 'error: fileio/d: write failed: the medium failed'],
    [failure('io', 7), 'error: fileio/d: 7 more of write failed: the medium failed'],
    [failure('noSpace'), 'error: fileio/d: write failed: no space is left for it'],
    [failure('readOnly'), 'error: fileio/d: write failed: its file system, or the file, cannot be written'],
    [failure('gone'), 'error: fileio/d: write failed: the file is shorter than it was, or gone'],
    [failure('noMemory'), 'error: fileio/d: write failed: memory is short'],
    [failure('laneLost'), 'error: fileio/d: write failed: its worker lane died'],
    [failure('flushFailed'), 'error: fileio/d: write failed: an earlier flush failed'],
    [failure('unsupported'), 'error: fileio/d: write failed: its file system cannot do that'],
    [
      { ...failure('noSpace'), cause: { code: 'EDQUOT', errno: 122, call: 'pwrite' } } as UnitEvent,
      'error: fileio/d: write failed: no space is left for it (pwrite: EDQUOT)',
    ],
    [
      { kind: 'flushFailed', cause: { code: 'EIO', errno: 5, call: 'fdatasync' } },
      'error: fileio/d: a flush failed (fdatasync: EIO), acknowledged writes may be lost: it refuses writes and flushes until the fault is cleared',
    ],
    [
      { kind: 'flushFailed' },
      'error: fileio/d: a flush failed, acknowledged writes may be lost: it refuses writes and flushes until the fault is cleared',
    ],
    [{ kind: 'faultCleared' }, 'warn: fileio/d: its fault was cleared: it serves writes and flushes again'],
    [
      { kind: 'fileChanged' },
      'error: fileio/d: its file is not the one that was opened, or shorter: it is not served any more',
    ],
    [{ kind: 'deviceGone' }, 'error: fileio/d: its device has gone: it is not served until that is back'],
    [{ kind: 'deviceBack', path: '/dev/sdc' }, 'warn: fileio/d: its device is back, /dev/sdc: it is served again'],
    [
      { kind: 'deviceRefused', why: '/dev/sdb: it has 1024 bytes, and not 512' },
      'error: fileio/d: its device is not taken back: /dev/sdb: it has 1024 bytes, and not 512',
    ],
    [
      { kind: 'quarantined' },
      'error: fileio/d: an operation of an aborted command does not return: it is not ready until it does',
    ],
    [{ kind: 'returned' }, 'info: fileio/d: the operation has returned: it is ready again'],
    [{ kind: 'availability', available: false }, 'warn: fileio/d: not ready, its worker lane has died'],
    [{ kind: 'availability', available: true }, 'info: fileio/d: ready again'],
  ])('%j: %s', (event, line) => {
    const { log, lines, facts } = keptLog()
    logDiskEvent(log, 'fileio/d', event)
    expect(lines).toEqual([line])
    expect(facts[0]).toMatchObject({ disk: 'fileio/d' })
  })
})

describe('what is left out of the log', () => {
  it('is counted by its cause, and told ten seconds after its first line', () => {
    vi.useFakeTimers()
    try {
      const { log, lines } = keptLog()
      const hear = targetLogger(log)
      // From another port each time, and from another host once.
      const remotes = Array.from({ length: 53 }, (_, at) => `192.0.2.7:${40_000 + at}`)
      for (const each of remotes) hear({ ...refused, remote: each })
      hear({ ...refused, remote: '[2001:db8::1]:40000' })
      for (const each of remotes) hear({ ...end, remote: each, state: 'IN_LOGIN', why: 'loginTimedOut' })
      for (const each of remotes) hear({ ...end, remote: each, state: 'LOGGED_IN', why: 'logout' })
      for (let times = 0; times < 12; times++) hear({ kind: 'sessionStarted', session })
      expect(lines).toHaveLength(13)
      vi.advanceTimersByTime(9999)
      expect(lines).toHaveLength(13)
      vi.advanceTimersByTime(1)
      expect(lines.slice(13)).toEqual([
        'warn: 52 more lines of connectionRefused from 192.0.2.7 were left out: no more',
        'warn: 52 more lines of neverLoggedIn from 192.0.2.7 were left out: loginTimedOut',
        `warn: 2 more lines of sessionStarted from 192.0.2.7 were left out: ${session.initiatorName}, ${session.targetName}`,
      ])
    } finally {
      vi.useRealTimers()
    }
  })
})
