import { NopIn, Reject, RejectReason } from '@lunkit/pdu'
import { type LoginParameters, ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { manyInFlight } from './harness/in-flight.ts'
import { pattern } from './harness/pattern.ts'
import { answerR2t, finishWrite, r2tFor, read10, readBack, ready, write10 } from './harness/raw-disk.ts'
import type { RawSession } from './harness/raw-session.ts'
import { TestServer } from './harness/test-server.ts'
import { until } from './harness/turns.ts'

const KIB = 1024
const WRITE_BYTES = 16 * KIB
const BURST_BYTES = 8 * KIB
const data = pattern(WRITE_BYTES, { seed: 1 })
const before = pattern(WRITE_BYTES, { seed: 2 })

const asked: LoginParameters = { InitialR2T: true, ImmediateData: false, MaxBurstLength: BURST_BYTES }
const unasked: LoginParameters = { InitialR2T: false, ImmediateData: true, FirstBurstLength: BURST_BYTES }

/** Logs in with these parameters to a disk whose first blocks hold `before`. */
async function serve(parameters: LoginParameters, offers = parameters) {
  const test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: 1024 * KIB })], parameters })
  const session = await test.raw({ offers })
  await ready(session)
  const client = await test.connect()
  const unit = client.lun(0)
  await unit.ready()
  await unit.write(0, before)
  return { test, session, unit, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() }
}

type Served = Awaited<ReturnType<typeof serve>>

/** The session still works, the target's memory is back, and the medium is as it was. */
async function unharmed({ test, session }: Pick<Served, 'test' | 'session'>): Promise<void> {
  const tag = session.ping()
  expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(tag)
  expect(await readBack(session, 0, WRITE_BYTES)).toEqual(before)
  await manyInFlight(session, 100)
  await until(() => test.server.transferMemoryUsedBytes === 0)
}

const writeAll = (session: RawSession) => session.command({ cdb: write10(0, WRITE_BYTES), write: WRITE_BYTES })

describe('data-out that was asked for', () => {
  it.each([
    ['has a wrong number', { dataSN: 1 }, 4096, 'protocolServiceCrcError'],
    ['skips bytes', { bufferOffset: 512 }, 4096, 'writeErrorNotEnoughUnsolicitedData'],
    ['goes beyond what was asked for', {}, BURST_BYTES + 512, 'writeErrorNotEnoughUnsolicitedData'],
    ['ends too early', { final: true }, 4096, 'writeErrorNotEnoughUnsolicitedData'],
  ])('ends its task when it %s, and nothing is written', async (_what, place, lengthBytes, sense) => {
    await using served = await serve(asked)
    const { session } = served
    const tag = writeAll(session)
    const { targetTransferTag } = await r2tFor(session, tag)
    session.dataOut(tag, data.subarray(0, lengthBytes), { targetTransferTag, final: false, ...place })
    if (!('final' in place)) session.dataOut(tag, data.subarray(0, 0), { targetTransferTag, final: true })
    expect(await session.outcome(tag)).toBe(sense)
    await unharmed(served)
  })

  it('ends its task when an earlier burst is answered after a later one', async () => {
    await using served = await serve({ ...asked, MaxOutstandingR2T: 2 })
    const { session } = served
    const tag = writeAll(session)
    const first = await r2tFor(session, tag)
    const second = await r2tFor(session, tag)
    answerR2t(session, second, data)
    answerR2t(session, first, data)
    expect(await session.outcome(tag)).toBe('writeErrorNotEnoughUnsolicitedData')
    await unharmed(served)
  })

  it.each([
    ['the tag of a transfer that there is not', { targetTransferTag: 0x7777 }],
    ["another task's tag", { initiatorTaskTag: 0x7777 }],
    ['another logical unit', { lun: 0x0001_0000_0000_0000n }],
  ])('is rejected with %s, and its task goes on', async (_what, wrong) => {
    await using served = await serve(asked)
    const { session, unit } = served
    const tag = writeAll(session)
    const r2t = await r2tFor(session, tag)
    const { targetTransferTag } = r2t
    session.dataOut(tag, data.subarray(0, 512), { targetTransferTag, final: false, ...wrong })
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.invalidPduField)
    answerR2t(session, r2t, data)
    await finishWrite(session, tag, data)
    expect(await unit.read(0, WRITE_BYTES / 512)).toEqual(data)
  })

  it('is rejected when its task has ended', async () => {
    await using served = await serve(asked)
    const { session } = served
    const tag = session.command({ cdb: write10(0, 512), write: 512 })
    const r2t = await r2tFor(session, tag)
    answerR2t(session, r2t, before)
    expect(await session.outcome(tag)).toBe('good')
    answerR2t(session, r2t, data)
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.invalidPduField)
    await unharmed(served)
  })

  it('may come in PDUs of a byte, and of none', async () => {
    await using served = await serve(asked)
    const { session, unit } = served
    const tag = session.command({ cdb: write10(1, 512), write: 512 })
    const { targetTransferTag } = await r2tFor(session, tag)
    let dataSN = 0
    const send = (from: number, to: number, final = false) =>
      session.dataOut(tag, data.subarray(from, to), { targetTransferTag, dataSN: dataSN++, bufferOffset: from, final })
    for (let at = 0; at < 512; at++) {
      send(at, at)
      send(at, at + 1)
    }
    send(512, 512, true)
    expect(await session.outcome(tag)).toBe('good')
    expect(await unit.read(1, 1)).toEqual(data.subarray(0, 512))
  })
})

describe('data-out that was not asked for', () => {
  it('ends a command with unsolicited data where InitialR2T is Yes', async () => {
    await using served = await serve(asked)
    const { session } = served
    const tag = session.command({ cdb: write10(0, WRITE_BYTES), write: WRITE_BYTES }, { final: false })
    session.dataOut(tag, data.subarray(0, BURST_BYTES))
    expect(await session.outcome(tag)).toBe('writeErrorUnexpectedUnsolicitedData')
    await unharmed(served)
  })

  it('ends a command with immediate data where ImmediateData is No', async () => {
    await using served = await serve(asked)
    const { session } = served
    const tag = session.command({ cdb: write10(0, 512), write: 512, data: data.subarray(0, 512) })
    expect(await session.outcome(tag)).toBe('writeErrorUnexpectedUnsolicitedData')
    await unharmed(served)
  })

  it.each([
    ['than FirstBurstLength', WRITE_BYTES, BURST_BYTES + 512],
    ['than the command expects', 512, 1024],
  ])('ends a command with more immediate data %s', async (_what, expectedBytes, lengthBytes) => {
    await using served = await serve(unasked)
    const { session } = served
    const cdb = write10(0, expectedBytes)
    const tag = session.command({ cdb, write: expectedBytes, data: data.subarray(0, lengthBytes) })
    expect(await session.outcome(tag)).toBe('writeErrorUnexpectedUnsolicitedData')
    await unharmed(served)
  })

  it('ends a command that reads and has immediate data', async () => {
    await using served = await serve(unasked)
    const { session } = served
    const tag = session.command({ cdb: read10(0, 512), read: 512, data: data.subarray(0, 512) })
    expect(await session.outcome(tag)).toBe('writeErrorUnexpectedUnsolicitedData')
    await unharmed(served)
  })

  it.each([
    ['goes beyond FirstBurstLength', {}, BURST_BYTES + 512, 'writeErrorUnexpectedUnsolicitedData'],
    ['skips bytes', { bufferOffset: 512 }, 4096, 'writeErrorUnexpectedUnsolicitedData'],
    ['has a wrong number', { dataSN: 3 }, 4096, 'protocolServiceCrcError'],
    ['ends too early', {}, 4096, 'writeErrorNotEnoughUnsolicitedData'],
  ])('ends its task when it %s, without an R2T', async (_what, place, lengthBytes, sense) => {
    await using served = await serve(unasked)
    const { session } = served
    const tag = session.command({ cdb: write10(0, WRITE_BYTES), write: WRITE_BYTES }, { final: false })
    session.dataOut(tag, data.subarray(0, lengthBytes), place)
    expect(await session.outcome(tag)).toBe(sense)
    await unharmed(served)
  })

  it('is rejected without a task, and ends one that said that none would come when its R2T is answered', async () => {
    await using served = await serve(unasked)
    const { session } = served
    session.dataOut(0x7777, data.subarray(0, 512))
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.invalidPduField)
    const tag = writeAll(session)
    session.dataOut(tag, data.subarray(0, 512))
    answerR2t(session, await r2tFor(session, tag), data)
    expect(await session.outcome(tag)).toBe('writeErrorUnexpectedUnsolicitedData')
    await unharmed(served)
  })

  it('of a command that is refused is received and dropped before the answer', async () => {
    await using served = await serve(unasked)
    const { session } = served
    const lba = 0x7fff_0000
    const immediate = data.subarray(0, 512)
    const what = { cdb: write10(lba, WRITE_BYTES), write: WRITE_BYTES, data: immediate }
    const tag = session.command(what, { final: false })
    session.dataOut(tag, data.subarray(512, 4096), { bufferOffset: 512, final: false })
    session.dataOut(tag, data.subarray(4096, BURST_BYTES), { bufferOffset: 4096, dataSN: 1 })
    expect(await session.outcome(tag)).toBe('logicalBlockAddressOutOfRange')
    await unharmed(served)
  })
})
