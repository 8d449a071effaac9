import * as initiator from '@lunkit/initiator'
import { connect, openBlockDevice, RawConnection, tcp } from '@lunkit/initiator'
import { NopOut, ScsiCommand, TaskManagementFunction } from '@lunkit/pdu'
import { createTarget, type LunkitTarget, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeArguments } from './argument-tests.ts'
import { data, flags, optionalWholes, options, wholes } from './bad-calls.ts'
import {
  type BadCall,
  eachBad,
  eachBadOption,
  NO_BYTES,
  NO_FUNCTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  thrownBy,
} from './bad-values.ts'
import { BLOCK, door } from './door.ts'
import { PATIENT_CALLS } from './patient-calls.ts'
import { publicNames } from './public-names.ts'
import { UNIT_CALLS } from './unit-calls.ts'

const MIB = 1024 * 1024

let target: LunkitTarget
const uncaught: unknown[] = []
const noteUncaught = (error: unknown) => uncaught.push(error)

beforeAll(async () => {
  process.on('unhandledRejection', noteUncaught)
  target = await createTarget({ luns: [ramdisk({ sizeBytes: MIB })] })
  const { address } = target
  const session = await connect(address)
  const unit = session.lun(0)
  await unit.ready()
  await unit.write(0, BLOCK)
  const [device, raw] = [await openBlockDevice(unit), await RawConnection.open(tcp(address))]
  Object.assign(door, { address, session, unit, device, raw })
})

afterAll(async () => {
  door.raw.destroy()
  await door.session.close()
  await target.close()
  process.off('unhandledRejection', noteUncaught)
  if (uncaught.length > 0) throw new AggregateError(uncaught, 'a promise was rejected that nobody had')
})

const listener = { ended: () => undefined, failed: () => undefined }
const cdb = new Uint8Array(6)

const requests = (call: (request: never) => unknown): BadCall[] => [
  ...eachBad([undefined, null, 1, 'text', []], call),
  ...wholes(lun => call({ lun, cdb } as never)),
  ...eachBad([2 ** 24, -2], lun => call({ lun, cdb } as never)),
  ...data(bad => call({ lun: 0, cdb: bad } as never)),
  ...eachBad([new Uint8Array(5), new Uint8Array(261)], bad => call({ lun: 0, cdb: bad } as never)),
  ...eachBadOption('read', ['512', NaN, -1, 1.7, 2 ** 32, 1n, null, {}], bad =>
    call({ lun: 0, cdb, ...(bad as object) } as never),
  ),
  ...eachBadOption('write', NO_BYTES, bad => call({ lun: 0, cdb, ...(bad as object) } as never)),
  ...eachBadOption('attribute', [5, -1, '1', null, NaN], bad => call({ lun: 0, cdb, ...(bad as object) } as never)),
  ...flags('immediate', bad => call({ lun: 0, cdb, ...(bad as object) } as never)),
]

const NAMES = [
  ...NO_TEXTS,
  'hello world',
  'iqn.a',
  'eui.12',
  `iqn.2026-11.io.lunkit:${'x'.repeat(224)}`,
  'iqn.2026-11.io.lunkit:a b',
]

const credentials = { user: 'alice', secret: 'open sesame' }
const NO_AUTH = [
  ...[
    null,
    1,
    'alice%open sesame',
    [],
    {},
    { user: 'alice' },
    { ...credentials, secret: 1 },
    { ...credentials, user: '' },
  ],
  ...[
    { ...credentials, algorithms: [] },
    { ...credentials, algorithms: ['md5'] },
    { ...credentials, mutual: credentials },
  ],
]

const portals = (call: (options: never) => unknown): BadCall[] => [
  ...eachBad([undefined, null, 1, [], {}], call),
  ...eachBad(NO_TEXTS, host => call({ host } as never)),
  ...[
    ...eachBadOption('port', [0, 65_536, '3260', NaN, 1.5, null], call),
    ...eachBadOption('portalGroupTag', [-1, 65_536, '1', 1.5, null], call),
    ...eachBadOption('initiatorName', NAMES, call),
    ...optionalWholes('isid', call),
    ...eachBadOption('isid', [2 ** 48], call),
    ...eachBadOption('offers', [null, 1, [], { NoSuchKey: 1 }, { MaxBurstLength: 1 }, { MaxBurstLength: '512' }], call),
    ...eachBadOption('offers', [{ HeaderDigest: 'CRC32C' }, { HeaderDigest: [] }, { InitialR2T: 'Yes' }], call),
    ...flags('securityStage', call),
    ...optionalWholes('cmdSN', call),
    ...eachBadOption('auth', NO_AUTH, call),
    ...eachBadOption('listener', [null, 1, [], { rejected: 1 }], call),
    ...flags('strict', call),
    ...eachBadOption('loginTimeoutMs', [0, -1, 1.5, NaN, Infinity, 2 ** 31, '1000', null], call),
    ...eachBadOption('timers', [null, 1, [], {}], call),
    ...eachBadOption('transport', NO_FUNCTIONS, call),
    ...eachBadOption('thereIsNoSuchOption', [1], call),
  ],
]

const badPatience = (call: (options: never) => unknown): BadCall[] => [
  ...eachBadOption('timeoutMs', [0, -1, 1.5, NaN, Infinity, 2 ** 31, '1000', 1n, null], call),
  ...eachBadOption('signal', [null, 1, 'text', {}, new AbortController()], call),
]

/** What takes arguments that can be wrong: calls that must be refused, made where `door` is there. */
const BAD_CALLS: Readonly<Record<string, () => BadCall[]>> = {
  connect: () => [
    ...portals(bad => connect(bad === undefined ? bad : ({ ...door.address, ...(bad as object) } as never))).filter(
      ({ what }) => what !== '{}' && what !== 'null' && what !== '1' && what !== '[]' && what !== 'undefined',
    ),
    ...eachBad([undefined, null, 1, [], {}], bad => connect(bad)),
    ...eachBad(NAMES, name => connect({ ...door.address, target: name })),
  ],
  keepConnected: () => [
    ...eachBad([undefined, null, 1, [], {}], bad => initiator.keepConnected(bad)),
    ...eachBadOption('reconnect', [null, 1, [], { repeat: 'writes' }, { firstDelayMs: 0 }, { attempts: 0 }], bad =>
      initiator.keepConnected({ ...door.address, ...(bad as object) } as never),
    ),
    ...eachBadOption('reconnect', [{ longestDelayMs: 2 ** 31 }, { listener: { lost: 1 } }, { no: 1 }], bad =>
      initiator.keepConnected({ ...door.address, ...(bad as object) } as never),
    ),
  ],
  discover: () => [
    ...portals(bad =>
      initiator.discover(
        bad && (bad as object).constructor === Object ? ({ ...door.address, ...(bad as object) } as never) : bad,
      ),
    ).filter(({ what }) => what !== '{}'),
    ...eachBad(NAMES.slice(1), name => initiator.discover(door.address, name)),
  ],
  openBlockDevice: () => eachBad([undefined, null, 0, {}, door.session], unit => openBlockDevice(unit)),
  parsePortal: () => eachBad([...NO_TEXTS, ':3260', 'a:b:c'], bad => initiator.parsePortal(bad)),
  urlAuth: () =>
    eachBad([undefined, null, 1, 'a%b@h', [], { user: 1 }, { user: 'a', password: 5 }], bad => initiator.urlAuth(bad)),
  parseIscsiUrl: () => eachBad([...NO_TEXTS, 'http://a/b/0', 'iscsi://'], bad => initiator.parseIscsiUrl(bad)),
  lunField: () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 24, -2], lun => initiator.lunField(lun)),
  tcp: () => [
    ...eachBad([undefined, null], bad => tcp(bad)),
    ...eachBad(NO_TEXTS, host => tcp({ host, port: 3260 })),
    ...eachBad([...NO_WHOLE_NUMBERS, 0, 65_536], port => tcp({ host: '127.0.0.1', port })),
  ],

  'Session.lun': () => eachBad([...NO_WHOLE_NUMBERS, 2 ** 24, -2], lun => door.session.lun(lun)),
  'Session.submit': () => [
    ...requests(bad => door.session.submit(bad, listener)),
    ...eachBad([undefined, null, 1, {}, { ended: () => undefined }], bad => door.session.submit({ lun: 0, cdb }, bad)),
  ],
  'Session.execute': () => requests(bad => door.session.execute(bad)),
  'Session.ping': () => [
    ...data(bad => door.session.ping(bad)).filter(({ what }) => what !== 'undefined'),
    ...eachBad([Buffer.alloc(MIB)], bad => door.session.ping(bad)),
  ],
  'Session.taskManagement': () => [
    ...eachBad([...NO_WHOLE_NUMBERS.filter(bad => bad !== 1), 0, 13], bad => door.session.taskManagement(bad)),
    ...options(bad => door.session.taskManagement(TaskManagementFunction.abortTask, bad)),
    ...optionalWholes('lun', bad => door.session.taskManagement(TaskManagementFunction.logicalUnitReset, bad)),
    ...eachBadOption('command', [null, 1, {}, []], bad =>
      door.session.taskManagement(TaskManagementFunction.abortTask, bad),
    ),
  ],
  'Session.abort': () => eachBad([undefined, null, 1, {}, []], bad => door.session.abort(bad)),
  'Session.text': () =>
    eachBad([undefined, null, 'a=b', {}, ['a'], [['a']], [['a', 1]], [['', 'x']], [['a', '\0']]], bad =>
      door.session.text(bad),
    ),

  'RawConnection.open': () => eachBad([undefined, ...NO_FUNCTIONS], bad => RawConnection.open(bad)),
  'RawConnection.login': () => [
    ...options(bad => door.raw.login({}, bad)),
    ...Object.entries({ isid: 2 ** 48, tsih: 2 ** 16, cid: 2 ** 16, cmdSN: 2 ** 32 }).flatMap(([name, beyond]) => [
      ...optionalWholes(name, bad => door.raw.login({}, bad)),
      ...eachBadOption(name, [beyond], bad => door.raw.login({}, bad)),
    ]),
    ...flags('securityStage', bad => door.raw.login({}, bad)),
    ...eachBadOption('auth', NO_AUTH, bad => door.raw.login({}, bad)),
  ],
  'RawConnection.send': () => [
    ...optionalWholes('cmdSN', bad => door.raw.send(ScsiCommand, bad)),
    ...data(bad => door.raw.send(NopOut, {}, { data: bad })).filter(({ what }) => what !== 'undefined'),
    ...eachBad([1n, '1', NaN], bad => door.raw.bytesOf(ScsiCommand, { initiatorTaskTag: bad })),
    { what: 'lun 1', call: () => door.raw.send(ScsiCommand, { lun: 1 as never }) },
    {
      what: 'bhs',
      call: () => door.raw.send(NopOut, {}, { ahs: [{ type: 9, bytes: new Uint8Array(1100) }] as never }),
    },
  ],
  'RawConnection.bytesOf': () => optionalWholes('cmdSN', bad => door.raw.bytesOf(ScsiCommand, bad)),
  'RawConnection.sendBytes': () => data(bad => door.raw.sendBytes(bad)),
}

/** Those that take a signal and a time have rows for them too. */
function withPatience(calls: typeof BAD_CALLS): typeof BAD_CALLS {
  const all = new Map(Object.entries(calls))
  for (const [name, patient] of Object.entries(PATIENT_CALLS))
    all.set(name, () => [...(calls[name]?.() ?? []), ...badPatience(patient)])
  return Object.fromEntries(all)
}

describeArguments('@lunkit/initiator', {
  door: initiator,
  calls: withPatience({ ...BAD_CALLS, ...UNIT_CALLS }),
  untried: {
    anyValue: ['isUnitAttention'],
    ofATable: ['senseName'],
    noArguments: ['Session.destroy', 'RawConnection.receive', 'RawConnection.destroy'],
    insideOfPackages: [
      ...['new Session', 'new LogicalUnit', 'new PrimaryUnit', 'new BlockDevice', 'new RawConnection'],
      ...['Session.signalOf', 'LogicalUnit.attended'],
      ...['RawConnection.headerDigest', 'RawConnection.dataDigest', 'RawConnection.expect'],
    ],
    calledBack: [
      ...['Session.header', 'Session.complete', 'Session.received', 'Session.ended'],
      ...['RawConnection.header', 'RawConnection.complete', 'RawConnection.ended'],
    ],
    // A LogicalUnit has all that a PrimaryUnit has.
    inAnotherTable: publicNames(initiator).filter(name => name.startsWith('PrimaryUnit.')),
  },
  state: async () => [Buffer.from(await door.unit.read(0, 1)).toString('hex'), door.session.pendingCommands],
})

describe('a session of @lunkit/initiator', () => {
  it('leaves the session as it was, to its end', async () => {
    const session = await connect(door.address)
    for (const lba of [NaN, -1, 1.7]) await thrownBy(() => session.lun(0).write(lba, BLOCK))
    await thrownBy(() => session.execute({ lun: 1.5, cdb }).result)
    expect(Buffer.from(await session.ping(Buffer.from('there'))).toString()).toBe('there')
    await session.close()
    expect((await session.closed).message).toBe('the session was closed by logout')
  })

  it('takes -0 for 0', async () => {
    expect(Buffer.from(await door.unit.read(-0, 1)).equals(BLOCK)).toBe(true)
  })
})
