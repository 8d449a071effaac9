import * as initiator from '@lunkit/initiator'
import { connect, openBlockDevice, RawConnection, tcp } from '@lunkit/initiator'
import { NopOut, ScsiCommand, TaskManagementFunction } from '@lunkit/pdu'
import { createTarget, type LunkitTarget, ramdisk } from 'lunkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type BadCall,
  eachBad,
  eachBadOption,
  NO_BYTES,
  NO_FLAGS,
  NO_FUNCTIONS,
  NO_OPTIONS,
  NO_TEXTS,
  NO_WHOLE_NUMBERS,
  thrownBy,
} from './bad-values.ts'
import { BLOCK, door } from './door.ts'
import { PATIENT_CALLS } from './patient-calls.ts'
import { publicNames } from './public-names.ts'

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

const wholes = (call: (bad: never) => unknown) => eachBad(NO_WHOLE_NUMBERS, call)
const data = (call: (bad: never) => unknown) => eachBad(NO_BYTES, call)
const options = (call: (bad: never) => unknown) => eachBad(NO_OPTIONS, call)
const flags = (name: string, call: (bad: never) => unknown) => eachBadOption(name, NO_FLAGS, call)
const forms = (call: (bad: never) => unknown) => eachBadOption('form', [7, '10', null, NaN, {}], call)
const optionalWholes = (name: string, call: (bad: never) => unknown) => eachBadOption(name, NO_WHOLE_NUMBERS, call)
const partOfABlock = (call: (bad: never) => unknown) => eachBad([Buffer.alloc(511), Buffer.alloc(513)], call)

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

const portals = (call: (options: never) => unknown): BadCall[] => [
  ...eachBad([undefined, null, 1, [], {}], call),
  ...eachBad(NO_TEXTS, host => call({ host } as never)),
  ...[
    ...eachBadOption('port', [0, 65_536, '3260', NaN, 1.5, null], call),
    ...eachBadOption('initiatorName', NAMES, call),
    ...optionalWholes('isid', call),
    ...eachBadOption('isid', [2 ** 48], call),
    ...eachBadOption('offers', [null, 1, [], { NoSuchKey: 1 }, { MaxBurstLength: 1 }, { MaxBurstLength: '512' }], call),
    ...eachBadOption('offers', [{ HeaderDigest: 'CRC32C' }, { HeaderDigest: [] }, { InitialR2T: 'Yes' }], call),
    ...flags('securityStage', call),
    ...optionalWholes('cmdSN', call),
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

  'LogicalUnit.command': () => [
    ...eachBad([undefined, null, 1, []], bad => door.unit.command(bad)),
    ...data(bad => door.unit.command({ cdb: bad })),
    ...eachBad([null, 1, {}], name => door.unit.command({ cdb, name })),
  ],
  'LogicalUnit.requestSense': () => [
    ...options(bad => door.unit.requestSense(bad)),
    ...flags('descriptorFormat', bad => door.unit.requestSense(bad)),
  ],
  'LogicalUnit.vitalProductData': () => eachBad([...NO_WHOLE_NUMBERS, 256], bad => door.unit.vitalProductData(bad)),
  'LogicalUnit.reportLuns': () =>
    eachBad([...NO_WHOLE_NUMBERS.filter(bad => bad !== undefined), 256], bad => door.unit.reportLuns(bad)),
  'LogicalUnit.modeSense': () => [
    ...eachBad([...NO_WHOLE_NUMBERS, 64], bad => door.unit.modeSense(bad)),
    ...options(bad => door.unit.modeSense(8, bad)),
    ...forms(bad => door.unit.modeSense(8, bad)),
    ...optionalWholes('subpageCode', bad => door.unit.modeSense(8, bad)),
    ...eachBadOption('pageControl', [4, -1, '0', null], bad => door.unit.modeSense(8, bad)),
    ...flags('noBlockDescriptors', bad => door.unit.modeSense(8, bad)),
  ],
  'LogicalUnit.modeSelect': () => [
    ...eachBad([undefined, null, 1, {}, { pages: 1 }, { pages: ['text'] }], bad => door.unit.modeSelect(bad)),
    ...options(bad => door.unit.modeSelect({ writeProtected: false, dpoFua: false, pages: [] }, bad)),
    ...forms(bad => door.unit.modeSelect({ writeProtected: false, dpoFua: false, pages: [] }, bad)),
  ],
  'LogicalUnit.reserve': () => [...options(bad => door.unit.reserve(bad)), ...forms(bad => door.unit.reserve(bad))],
  'LogicalUnit.release': () => [...options(bad => door.unit.release(bad)), ...forms(bad => door.unit.release(bad))],
  'LogicalUnit.supportedCommands': () => [
    ...options(bad => door.unit.supportedCommands(bad)),
    ...flags('timeouts', bad => door.unit.supportedCommands(bad)),
  ],
  'LogicalUnit.supportedCommand': () => [
    ...eachBad([...NO_WHOLE_NUMBERS, 256], bad => door.unit.supportedCommand(bad)),
    ...eachBad([null, NaN, -1, 1.7, '1', 65_536], bad => door.unit.supportedCommand(0x12, bad)),
  ],
  'LogicalUnit.read': () => [
    ...wholes(lba => door.unit.read(lba, 1)),
    ...wholes(blocks => door.unit.read(0, blocks)),
    ...eachBad([2 ** 32], blocks => door.unit.read(0, blocks)),
    ...eachBad([2 ** 32], lba => door.unit.read(lba, 1, { form: 10 })),
    ...eachBad([2 ** 32], lba => door.unit.read(lba, 1, { form: 12 })),
    ...eachBad([2 ** 21], lba => door.unit.read(lba, 1, { form: 6 })),
    ...eachBad([2 ** 16], blocks => door.unit.read(0, blocks, { form: 10 })),
    ...eachBad([0, 257], blocks => door.unit.read(0, blocks, { form: 6 })),
    ...eachBad([2 ** 31], blocks => door.unit.read(0, blocks)),
    ...options(bad => door.unit.read(0, 1, bad)),
    ...forms(bad => door.unit.read(0, 1, bad)),
    ...flags('fua', bad => door.unit.read(0, 1, bad)),
    ...flags('dpo', bad => door.unit.read(0, 1, bad)),
    { what: 'fua of READ (6)', call: () => door.unit.read(0, 1, { form: 6, fua: true }) },
  ],
  'LogicalUnit.write': () => [
    ...wholes(lba => door.unit.write(lba, Buffer.alloc(512))),
    ...data(bad => door.unit.write(0, bad)),
    ...partOfABlock(bad => door.unit.write(0, bad)),
    ...eachBad([2 ** 32], lba => door.unit.write(lba, Buffer.alloc(512), { form: 10 })),
    ...eachBad([2 ** 21], lba => door.unit.write(lba, Buffer.alloc(512), { form: 6 })),
    ...eachBad([new Uint8Array(0)], bad => door.unit.write(0, bad, { form: 6 })),
    ...options(bad => door.unit.write(0, Buffer.alloc(512), bad)),
    ...forms(bad => door.unit.write(0, Buffer.alloc(512), bad)),
    ...flags('fua', bad => door.unit.write(0, Buffer.alloc(512), bad)),
    ...flags('dpo', bad => door.unit.write(0, Buffer.alloc(512), bad)),
    { what: 'fua of WRITE (6)', call: () => door.unit.write(0, Buffer.alloc(512), { form: 6, fua: true }) },
  ],
  'LogicalUnit.verify': () => [
    ...wholes(lba => door.unit.verify(lba, BLOCK)),
    ...data(bad => door.unit.verify(0, bad)),
    ...partOfABlock(bad => door.unit.verify(0, bad)),
    ...options(bad => door.unit.verify(0, BLOCK, bad)),
    ...forms(bad => door.unit.verify(0, BLOCK, bad)),
  ],
  'LogicalUnit.verifySame': () => [
    ...wholes(lba => door.unit.verifySame(lba, 1, BLOCK)),
    ...wholes(blocks => door.unit.verifySame(0, blocks, BLOCK)),
    ...data(bad => door.unit.verifySame(0, 1, bad)),
    ...partOfABlock(bad => door.unit.verifySame(0, 1, bad)),
    ...options(bad => door.unit.verifySame(0, 1, BLOCK, bad)),
  ],
  'LogicalUnit.verifyMedium': () => [
    ...wholes(lba => door.unit.verifyMedium(lba, 1)),
    ...wholes(blocks => door.unit.verifyMedium(0, blocks)),
    ...options(bad => door.unit.verifyMedium(0, 1, bad)),
  ],
  'LogicalUnit.writeAndVerify': () => [
    ...wholes(lba => door.unit.writeAndVerify(lba, Buffer.alloc(512))),
    ...data(bad => door.unit.writeAndVerify(0, bad)),
    ...options(bad => door.unit.writeAndVerify(0, Buffer.alloc(512), bad)),
    ...flags('compare', bad => door.unit.writeAndVerify(0, Buffer.alloc(512), bad)),
  ],
  'LogicalUnit.writeSame': () => [
    ...wholes(lba => door.unit.writeSame(lba, 1, Buffer.alloc(512))),
    ...wholes(blocks => door.unit.writeSame(0, blocks, Buffer.alloc(512))),
    ...data(bad => door.unit.writeSame(0, 1, bad)),
    ...partOfABlock(bad => door.unit.writeSame(0, 1, bad)),
    ...options(bad => door.unit.writeSame(0, 1, Buffer.alloc(512), bad)),
    ...forms(bad => door.unit.writeSame(0, 1, Buffer.alloc(512), bad)),
    { what: 'noDataOut of 10', call: () => door.unit.writeSame(0, 1, BLOCK, { form: 10, noDataOut: true }) },
  ],
  'LogicalUnit.unmap': () => [
    ...eachBad([undefined, null, 1, {}, [null], [{}], [{ lba: 0 }], [{ blocks: 1 }]], bad => door.unit.unmap(bad)),
    ...wholes(lba => door.unit.unmap([{ lba, blocks: 1 }])),
    ...wholes(blocks => door.unit.unmap([{ lba: 0, blocks }])),
    ...eachBad([4096], length => door.unit.unmap(Array.from({ length }, () => ({ lba: 0, blocks: 1 })))),
  ],
  'LogicalUnit.getLbaStatus': () => wholes(lba => door.unit.getLbaStatus(lba)),
  'LogicalUnit.compareAndWrite': () => [
    ...wholes(lba => door.unit.compareAndWrite(lba, BLOCK, BLOCK)),
    ...data(bad => door.unit.compareAndWrite(0, bad, BLOCK)),
    ...data(bad => door.unit.compareAndWrite(0, BLOCK, bad)),
    ...eachBad([Buffer.alloc(1024)], bad => door.unit.compareAndWrite(0, BLOCK, bad)),
    ...eachBad([Buffer.alloc(256 * 512)], bad => door.unit.compareAndWrite(0, bad, bad)),
  ],
  'LogicalUnit.synchronizeCache': () => [
    ...wholes(lba => door.unit.synchronizeCache(lba)).filter(({ what }) => what !== 'undefined'),
    ...wholes(blocks => door.unit.synchronizeCache(0, blocks)).filter(({ what }) => what !== 'undefined'),
    ...options(bad => door.unit.synchronizeCache(0, 0, bad)),
    ...forms(bad => door.unit.synchronizeCache(0, 0, bad)),
  ],
  'LogicalUnit.startStop': () => [
    ...eachBad([undefined, ...NO_FLAGS], bad => door.unit.startStop(bad)),
    ...options(bad => door.unit.startStop(true, bad)),
  ],

  'BlockDevice.read': () => [
    ...wholes(offset => door.device.read(offset, 512)),
    ...wholes(length => door.device.read(0, length)),
    ...eachBad([2 ** 40], length => door.device.read(0, length)),
  ],
  'BlockDevice.write': () => [
    ...wholes(offset => door.device.write(offset, Buffer.alloc(512))),
    ...data(bad => door.device.write(0, bad)),
    ...partOfABlock(bad => door.device.write(0, bad)),
    ...options(bad => door.device.write(0, Buffer.alloc(512), bad)),
    ...flags('fua', bad => door.device.write(0, Buffer.alloc(512), bad)),
  ],
  'BlockDevice.discard': () => [
    ...wholes(offset => door.device.discard(offset, 512)),
    ...wholes(length => door.device.discard(0, length)),
  ],

  'RawConnection.open': () => eachBad([undefined, ...NO_FUNCTIONS], bad => RawConnection.open(bad)),
  'RawConnection.login': () => [
    ...options(bad => door.raw.login({}, bad)),
    ...optionalWholes('isid', bad => door.raw.login({}, bad)),
    ...optionalWholes('cmdSN', bad => door.raw.login({}, bad)),
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

/** What is called without arguments, or by the package itself. */
const WITHOUT_ARGUMENTS: ReadonlySet<string> = new Set([
  'isUnitAttention', // any value is one or not
  'senseName', // of the codes that came
  'Session.attended',
  'Session.signalOf',
  'LogicalUnit.attended',
  'new Session',
  'new LogicalUnit',
  'new PrimaryUnit',
  'new BlockDevice',
  'new RawConnection',
  'Session.destroy',
  'Session.header',
  'Session.complete',
  'Session.received',
  'Session.ended',
  'RawConnection.headerDigest',
  'RawConnection.dataDigest',
  'RawConnection.receive',
  'RawConnection.expect',
  'RawConnection.destroy',
  'RawConnection.header',
  'RawConnection.complete',
  'RawConnection.ended',
])

describe('what is given to @lunkit/initiator', () => {
  it('has a row of bad arguments here, or takes none, whatever is exported', () => {
    const names = publicNames(initiator).filter(name => !name.startsWith('PrimaryUnit.'))
    expect(
      names.filter(name => !(name in BAD_CALLS) && !(name in PATIENT_CALLS) && !WITHOUT_ARGUMENTS.has(name)),
    ).toEqual([])
  })

  it.each(Object.keys({ ...BAD_CALLS, ...PATIENT_CALLS }))('is checked before anything is sent: %s', async name => {
    const patient = PATIENT_CALLS[name]
    for (const { what, call } of [...(BAD_CALLS[name]?.() ?? []), ...(patient ? badPatience(patient) : [])]) {
      const error = await thrownBy(call)
      const refused = error instanceof RangeError || error instanceof TypeError
      expect(refused ? undefined : (error ?? 'nothing was thrown'), `${name} with ${what}`).toBeUndefined()
      // An engine's own TypeError, about what it cannot read of undefined, says neither what was given nor what is right.
      expect((error as Error).message, `${name} with ${what}`).not.toMatch(/Cannot |is not a function|is not iterable/)
    }
    expect(Buffer.from(await door.unit.read(0, 1)).equals(BLOCK)).toBe(true)
    expect(door.session.pendingCommands).toBe(0)
  })

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
