import {
  isPacket,
  NopIn,
  Reject,
  RejectReason,
  ScsiCommand,
  ScsiResponse,
  TaskManagementFunction,
  TaskManagementResponse,
  TaskManagementResponseCode,
} from '@lunkit/pdu'
import { TestUnitReady } from '@lunkit/scsi'
import { serialAdd } from '@lunkit/wire'
import { ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { pattern } from './harness/pattern.ts'
import { finishWrite, r2tFor, readBack, ready, write10 } from './harness/raw-disk.ts'
import type { RawSession, RawSessionOptions } from './harness/raw-session.ts'
import { TestServer } from './harness/test-server.ts'
import { until } from './harness/turns.ts'

const testUnitReady = TestUnitReady.encode({})
const data = pattern(4096, { seed: 1 })

async function serve(options: RawSessionOptions = {}) {
  const test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })] })
  const session = await test.raw(options)
  await ready(session)
  return { test, session, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() }
}

/** The target has worked through all that was sent: it answers a ping, and with nothing else before. */
async function silent(session: RawSession): Promise<void> {
  const tag = session.ping()
  expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(tag)
}

describe('the command window', () => {
  it.each([0xffff_fff0, 0x7fff_fff0])('goes on where numbers wrap, from %i', async cmdSN => {
    await using test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: 1024 * 1024 })] })
    await using session = await test.connect({ cmdSN })
    const unit = session.lun(0)
    await unit.ready()
    const writes = Array.from({ length: 300 }, (_, i) => unit.write(i, pattern(512, { seed: i })))
    await Promise.all(writes)
    expect(await unit.read(299, 1)).toEqual(pattern(512, { seed: 299 }))
  })

  it('ignores commands beyond it, behind it, and twice in it', async () => {
    await using served = await serve()
    const { session, test } = served
    const { maxCmdSN } = (await (session.ping(), session.expect(NopIn))).values
    const next = session.cmdSN
    const held = serialAdd(next, 2)
    for (const cmdSN of [serialAdd(maxCmdSN, 1), serialAdd(next, -1), serialAdd(next, 0x8000_0000), held, held])
      session.command({ cdb: testUnitReady }, { cmdSN })
    await silent(session)
    expect(test.server.statistics.get('pdusIgnored')).toBe(4)
  })

  it('delivers what came out of order in order, and with its immediate data', async () => {
    await using served = await serve({ offers: { ImmediateData: true, InitialR2T: false } })
    const { session } = served
    const first = session.takeCmdSN()
    const written = data.subarray(0, 512)
    const later = session.command({ cdb: write10(0, 512), write: 512, data: written })
    const last = session.command({ cdb: testUnitReady })
    await silent(session)
    const missing = session.command(
      { cdb: write10(0, 512), write: 512, data: data.subarray(512, 1024) },
      { cmdSN: first },
    )
    for (const tag of [missing, later, last]) expect(await session.outcome(tag)).toBe('good')
    expect(await readBack(session, 0, 512)).toEqual(written)
  })

  it('closes when as many commands are on their way as it has room for, and never moves back', async () => {
    await using served = await serve()
    const { session, test } = served
    const tags = Array.from({ length: 80 }, () => session.command({ cdb: write10(0, 512), write: 512 }))
    const r2t = await r2tFor(session, tags[0] as number)
    expect(test.server.statistics.get('commands')).toBeLessThan(80)
    let highest = r2t.maxCmdSN
    session.dataOut(tags[0] as number, data.subarray(0, 512), { targetTransferTag: r2t.targetTransferTag })
    await until(() => session.raw.waitingPackets >= 1)
    for (;;) {
      const { pdu, values } = await session.receive()
      const { maxCmdSN } = values as { maxCmdSN: number }
      expect(maxCmdSN).toBeGreaterThanOrEqual(highest)
      highest = maxCmdSN
      if (pdu.opcode === ScsiResponse.opcode) break
    }
    await until(() => test.server.statistics.get('pdusIgnored') > 0)
    expect(test.server.statistics.get('commands')).toBeLessThanOrEqual(67)
  })

  it('does not care what ExpStatSN says', async () => {
    await using served = await serve()
    const { session } = served
    for (const expStatSN of [0, 0xffff_ffff, 0x8000_0000, session.expStatSN + 1000]) {
      const tag = session.command({ cdb: testUnitReady }, { expStatSN })
      expect(await session.outcome(tag)).toBe('good')
    }
  })
})

describe('a command that cannot be', () => {
  // RFC 7143 7.3: its number does not count as received, and the initiator plugs the gap.
  it.each([
    ['a tag that is in use', { initiatorTaskTag: 0x1234 }, RejectReason.taskInProgress],
    // RFC 7143 11.3.1: where no data is expected both bits may be set, and neither where some is.
    ['both directions', { read: true, write: true, expectedDataTransferLength: 512 }, RejectReason.commandNotSupported],
    ['data in no direction', { expectedDataTransferLength: 512 }, RejectReason.invalidPduField],
    ['no write and more to come', { final: false, read: true }, RejectReason.invalidPduField],
    ['a reserved task attribute', { attribute: 6 as never }, RejectReason.invalidPduField],
  ])('for %s is rejected, and its number is that of the next one', async (_what, wrong, reason) => {
    await using served = await serve()
    const { session } = served
    const busy = session.command({ cdb: write10(0, 4096), write: 4096 }, { initiatorTaskTag: 0x1234 })
    const r2t = await r2tFor(session, busy)
    session.command({ cdb: testUnitReady }, wrong)
    expect((await session.expect(Reject)).values.reason).toBe(reason)
    session.cmdSN--
    expect(await session.outcome(session.command({ cdb: testUnitReady }))).toBe('good')
    session.dataOut(busy, data, { targetTransferTag: r2t.targetTransferTag })
    await finishWrite(session, busy, data)
    expect(await readBack(session, 0, 4096)).toEqual(data)
  })

  it('is rejected for additional header segments that contradict themselves', async () => {
    await using served = await serve()
    const { session } = served
    const bytes = session.raw.bytesOf(
      ScsiCommand,
      { ...session.commandFields({ cdb: testUnitReady }), immediate: true },
      { ahs: [{ type: 1, cdb: new Uint8Array(16) }] },
    )
    bytes[49] = 200
    session.raw.sendBytes(bytes)
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.invalidPduField)
    session.cmdSN--
    await silent(session)
  })

  it('is rejected as immediate when there are too many of those', async () => {
    await using served = await serve()
    const { session } = served
    const tags = Array.from({ length: 17 }, (_, lba) =>
      session.command({ cdb: write10(lba, 512), write: 512 }, { immediate: true }),
    )
    const packets = await Promise.all(tags.map(() => session.receive()))
    const rejected = packets.filter(({ pdu }) => pdu.opcode === Reject.opcode)
    expect(rejected.map(({ values }) => (values as { reason: number }).reason)).toEqual([
      RejectReason.tooManyImmediateCommands,
    ])
  })
})

describe('task management functions', () => {
  it('that wait for commands that never come are limited in number', async () => {
    await using served = await serve()
    const { session } = served
    const cmdSN = serialAdd(session.cmdSN, 1000)
    for (let i = 0; i < 2000; i++) session.manage({ function: TaskManagementFunction.abortTaskSet, cmdSN })
    const tag = session.ping()
    const responses: number[] = []
    let packet = await session.receive()
    for (; isPacket(packet, TaskManagementResponse); packet = await session.receive())
      responses.push(packet.values.response)
    expect(packet.values.initiatorTaskTag).toBe(tag)
    expect(new Set(responses)).toEqual(new Set([TaskManagementResponseCode.functionRejected]))
    expect(responses.length).toBeGreaterThan(1900)
  })
})
