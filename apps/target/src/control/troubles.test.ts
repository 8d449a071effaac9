import { parseConfiguration, planServing } from '@lunkit/config'
import type { PortalAddress } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import type { ControlParts } from './control-parts.ts'
import type { Closure } from './kept-closed.ts'
import { treeFacts } from './tree-facts.ts'
import { troublesOf } from './troubles.ts'

const DISK = { plugin: 'ramdisk', name: 'rd0', size: 1_048_576 }
const TPG = `/iscsi/${TARGET_NAME}/tpg1`
const NO_SECRET = 'CHAP is demanded, and no user ID with a password is set (authentication=1)'
const portals = [{ ip_address: '127.0.0.1', port: 3260 }]

/** What is otherwise than where all is well. */
interface Otherwise {
  readonly disk?: object | undefined
  readonly whyNotOpen?: string
  readonly isPortalOpen?: boolean
  readonly whyNotListening?: string
  readonly stuckSince?: Date
  readonly vitals?: object
  readonly lastCrash?: object
  readonly unsaved?: readonly { readonly path?: string }[]
  readonly file?: object | undefined
  readonly stateDirectory?: string | undefined
  readonly ownerOnly?: boolean
  readonly tls?: object
  readonly connections?: number
  readonly memoryBytes?: number
  readonly tpg?: object
  readonly limits?: object
  readonly closures?: readonly Closure[]
  readonly isns?: readonly object[]
  readonly rules?: readonly string[]
}

const partsOf = (given: Otherwise): ControlParts => {
  const { disk = { store: { sizeBytes: 7 } }, isPortalOpen = true, unsaved = [], file = {}, vitals = {} } = given
  const configuration = JSON.parse(saveConfig([DISK], { portals, ...given.tpg })) as object
  const limits = { connections: 100, transfer_memory_bytes: 67_108_864 }
  const access_rules = given.rules?.map(initiators => ({ target: TARGET_NAME, tag: 1, initiators }))
  const plan = planServing(parseConfiguration(JSON.stringify({ ...configuration, lunkit: { limits, access_rules } })))
  const server = {
    tree: { disk: () => ('disk' in given ? given.disk : disk) },
    addressOf: (portal: PortalAddress) => (isPortalOpen ? portal : undefined),
    statistics: { get: () => given.connections ?? 0 },
    transferMemoryUsedBytes: given.memoryBytes ?? 0,
    sessionLoads: [],
  }
  const parts = {
    served: { plan, server, whyNotOpen: () => given.whyNotOpen },
    witness: {
      stuck: { since: () => given.stuckSince },
      portals: { reasonOf: () => given.whyNotListening },
      closed: { all: given.closures ?? [] },
    },
    isns: { statuses: given.isns ?? [] },
    vitals,
    lastCrash: given.lastCrash,
    live: { unsaved },
    file: 'file' in given ? given.file : file,
    state: { directory: 'stateDirectory' in given ? given.stateDirectory : '/var/lib/lunkit' },
    ownerOnly: given.ownerOnly ?? false,
    tls: given.tls,
  }
  return parts as unknown as ControlParts
}

const said = (given: Otherwise): readonly string[] =>
  troublesOf(partsOf(given)).map(({ path, wrong, harms }) => `${harms ? 'harm' : 'hint'} ${path}: ${wrong}`)

const ended = new Date(Date.now() - 3_000_000)
const since = new Date('2026-11-29T12:00:00.000Z')
const closure: Closure = {
  place: { target: TARGET_NAME, tag: 1 },
  since,
  until: undefined,
  reason: undefined,
  elsewhere: undefined,
}

/** What may be wrong, and what is said of it. */
const CASES = [
  ['a thread that is silent', { vitals: { silent: 'it is silent' } }, ['harm : it is silent']],
  [
    'a standstill of the last hour',
    { vitals: { lastStandstill: { ended, forMs: 2345 } } },
    [`hint : until ${ended.toISOString()} its protocol thread stood still for 2.3 s`],
  ],
  [
    'no standstill before that',
    { vitals: { lastStandstill: { ended: new Date(Date.now() - 3_601_000), forMs: 1 } } },
    [],
  ],
  [
    'a run that did not end as it should',
    { lastCrash: { since: 'then', report: '/report' } },
    ['hint : the lunkitd that was started at then did not end as it should'],
  ],
  [
    'what is kept closed after a drain',
    { closures: [closure] },
    [`hint ${TPG}: since 2026-11-29T12:00:00.000Z it is drained, and kept closed`],
  ],
  [
    'an iSNS server that is not told',
    { isns: [{ server: '192.0.2.7:3205', error: new Error('nobody answers') }] },
    ['harm : targets are not registered with the iSNS server 192.0.2.7:3205: nobody answers'],
  ],
  ['no iSNS server that is', { isns: [{ server: '192.0.2.7:3205', error: undefined }] }, []],
  ['a disk that is not open', { disk: undefined }, ['harm /backstores/ramdisk/rd0: it is not served']],
  [
    'why it is not',
    { disk: undefined, whyNotOpen: 'ENOENT' },
    ['harm /backstores/ramdisk/rd0: it is not served: ENOENT'],
  ],
  [
    'a flush that failed',
    { disk: { store: { flushFailure: { cause: { call: 'fdatasync', code: 'EIO' } } } } },
    [
      'harm /backstores/ramdisk/rd0: a flush failed (fdatasync: EIO), acknowledged writes may be lost: it refuses writes and flushes',
    ],
  ],
  [
    'an operation that hangs',
    { stuckSince: since },
    [
      `harm /backstores/ramdisk/rd0: an operation on its file has not returned since ${since.toISOString()}: what it is asked for waits`,
    ],
  ],
  [
    'a portal that does not listen',
    { isPortalOpen: false },
    [`harm ${TPG}/portals/127.0.0.1:3260: it does not listen`],
  ],
  [
    'why it does not',
    { isPortalOpen: false, whyNotListening: 'EADDRINUSE' },
    [`harm ${TPG}/portals/127.0.0.1:3260: it does not listen: EADDRINUSE`],
  ],
  ['no portal', { tpg: { portals: [] } }, [`harm ${TPG}/portals: it has no portal: nobody reaches it`]],
  ['no access rule that lets in', { rules: ['192.0.2.0/24'] }, []],
  [
    'an access rule that cannot let in',
    { rules: ['192.0.2.0/24'], tpg: { attributes: { authentication: 1 } } },
    [`harm ${TPG}: logins by the access rule 192.0.2.0/24 are refused: ${NO_SECRET}`],
  ],
  ['connections near their limit', { connections: 90 }, ['harm : 90 of 100 connections are in use']],
  ['no connections farther from it', { connections: 89 }, []],
  [
    'memory near its limit',
    { memoryBytes: 60_397_978 },
    ['harm : 60397978 of 67108864 bytes of transfer memory are in use'],
  ],
  ['no memory farther from it', { memoryBytes: 60_397_977 }, []],
  ['a change that is not saved', { unsaved: [{ path: '/a' }] }, ['hint /a: one change is not saved']],
  ['several', { unsaved: [{}, {}] }, ['hint /: 2 changes are not saved']],
  ['none that no file could have', { unsaved: [{}], file: undefined }, []],
  [
    'no state directory',
    { stateDirectory: undefined },
    [
      'hint : there is no state directory: serial numbers that were made, faults of disks and preferences are forgotten at the end',
    ],
  ],
  ['none of that without a file', { stateDirectory: undefined, file: undefined }, []],
  ['a socket of the owner', { ownerOnly: true }, ['hint : only the owner of the control socket may manage lunkitd']],
  ['TLS that is right', { tls: {} }, []],
  [
    'TLS that is not',
    { tls: { wrong: 'no key' } },
    ['hint : the control API by TLS keeps its former certificate and tokens: no key'],
  ],
] as const

describe('what is wrong', () => {
  it('is nothing where all is well', () => {
    expect(said({})).toEqual([])
  })

  it.each(CASES)('is %s', (_what, given, expected) => {
    expect(said(given)).toEqual(expected)
  })

  it('has what to do for each', () => {
    const lines = CASES.flatMap(([_what, given]) =>
      troublesOf(partsOf(given)).map(({ path, remedy }) => `${path}: ${remedy}`),
    )
    expect([...new Set(lines)].join('\n')).toMatchSnapshot()
  })
})

describe('what is known of the tree', () => {
  const portal = { host: '127.0.0.1', port: 3260 }
  const at = { target: TARGET_NAME, tag: 1 }

  it.each([
    [{}, { isActivated: true, sizeBytes: 7 }],
    [{ disk: undefined }, {}],
    [
      { disk: undefined, whyNotOpen: 'ENOENT' },
      { isActivated: false, reason: 'ENOENT' },
    ],
  ])('of a disk, %j, is %j', (given, facts) => {
    expect(treeFacts(partsOf(given)).storage?.('ramdisk/rd0')).toEqual(facts)
  })

  it.each([
    [{}, { isOpen: true }],
    [{ isPortalOpen: false }, { isOpen: false, reason: 'nobody has asked for it' }],
    [
      { isPortalOpen: false, whyNotListening: 'EACCES' },
      { isOpen: false, reason: 'EACCES' },
    ],
  ])('of a portal, %j, is %j', (given, facts) => {
    expect(treeFacts(partsOf(given)).portal?.(at, portal)).toEqual(facts)
  })
})
