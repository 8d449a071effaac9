import { DataOut, NopIn, NopOut, RESERVED_TAG, Reject, RejectReason, ScsiCommand, TextRequest } from '@lunkit/pdu'
import { ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { pattern } from './harness/pattern.ts'
import { r2tFor, ready, write10 } from './harness/raw-disk.ts'
import { TestServer } from './harness/test-server.ts'

const parameters = { HeaderDigest: ['CRC32C', 'None'], DataDigest: ['CRC32C', 'None'] } as const
const unasked = { InitialR2T: false, ImmediateData: true } as const
const before = pattern(1024, { seed: 1 })
const data = pattern(1024, { seed: 2 })
/** Never the CRC32C of what it stands behind here. */
const WRONG_DIGEST = Buffer.from('deadbeef', 'hex')

async function serve(offers: { HeaderDigest?: readonly ['CRC32C']; DataDigest?: readonly ['CRC32C'] }) {
  const test = await TestServer.serve({ luns: [ramdisk({ sizeBytes: 4 * 1024 * 1024 })], parameters })
  const unit = (await test.connect()).lun(0)
  await unit.ready()
  await unit.write(0, before)
  const session = await test.raw({ offers: { ...unasked, ...offers } })
  await ready(session)
  return { test, unit, session, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() }
}

describe('a wrong header digest', () => {
  it('ends the connection, and nothing of the PDU is done', async () => {
    await using served = await serve({ HeaderDigest: ['CRC32C'] })
    const { session, test, unit } = served
    const command = session.commandFields({ cdb: write10(0, 512), write: 512 })
    const bytes = session.raw.bytesOf(ScsiCommand, command, { data: data.subarray(0, 512) })
    session.raw.sendBytes(Buffer.concat([bytes.subarray(0, 48), WRONG_DIGEST, bytes.subarray(48)]))
    await session.raw.closed
    expect(test.server.statistics.get('headerDigestErrors')).toBe(1)
    expect(await unit.read(0, 2)).toEqual(before)
  })
})

describe('a wrong data digest', () => {
  const serveData = () => serve({ DataDigest: ['CRC32C'] })
  type Served = Awaited<ReturnType<typeof serve>>

  /** The write was not done, the digest was counted, the session goes on. */
  async function isUnharmed({ test, unit, session }: Served): Promise<void> {
    expect(test.server.statistics.get('dataDigestErrors')).toBe(1)
    expect(await unit.read(0, 2)).toEqual(before)
    const tag = session.ping(data.subarray(0, 8))
    expect((await session.expect(NopIn)).values.initiatorTaskTag).toBe(tag)
    expect(test.server.transferMemoryUsedBytes).toBe(0)
  }

  it('of immediate data: Reject with the header, no answer; the same number brings the command again', async () => {
    await using served = await serveData()
    const { session } = served
    const command = session.commandFields({ cdb: write10(0, 512), write: 512 })
    const half = data.subarray(0, 512)
    const bytes = session.raw.bytesOf(ScsiCommand, command, { data: half })
    session.raw.sendBytes(Buffer.concat([bytes, WRONG_DIGEST]))
    const { values, data: rejected } = await session.expect(Reject)
    expect(values.reason).toBe(RejectReason.dataDigestError)
    expect(rejected).toMatchObject({
      kind: 'header',
      header: { values: { initiatorTaskTag: command.initiatorTaskTag } },
    })
    await isUnharmed(served)
    session.raw.send(ScsiCommand, command, { data: half })
    expect(await session.outcome(command.initiatorTaskTag)).toBe('good')
    expect(await served.unit.read(0, 1)).toEqual(half)
  })

  it('of unsolicited data: Reject, and the command ends with a CRC error, undone', async () => {
    await using served = await serveData()
    const { session } = served
    const tag = session.command({ cdb: write10(0, 1024), write: 1024 }, { final: false })
    const place = { initiatorTaskTag: tag, targetTransferTag: RESERVED_TAG, final: true }
    const bytes = session.raw.bytesOf(DataOut, place, { data })
    session.raw.sendBytes(Buffer.concat([bytes, WRONG_DIGEST]))
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.dataDigestError)
    expect(await session.outcome(tag)).toBe('protocolServiceCrcError')
    await isUnharmed(served)
  })

  it('of solicited data: Reject, the rest of the burst is dropped, then a CRC error, undone', async () => {
    await using served = await serveData()
    const { session } = served
    const tag = session.command({ cdb: write10(0, 1024), write: 1024 })
    const { targetTransferTag } = await r2tFor(session, tag)
    const place = { initiatorTaskTag: tag, targetTransferTag, final: false }
    const bytes = session.raw.bytesOf(DataOut, place, { data: data.subarray(0, 512) })
    session.raw.sendBytes(Buffer.concat([bytes, WRONG_DIGEST]))
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.dataDigestError)
    session.dataOut(tag, data.subarray(512), { targetTransferTag, dataSN: 1, bufferOffset: 512 })
    expect(await session.outcome(tag)).toBe('protocolServiceCrcError')
    await isUnharmed(served)
  })

  it.each([
    ['a ping', NopOut, {}],
    ['a Text Request', TextRequest, { final: true }],
  ] as const)('of %s: Reject, and no answer', async (_what, pdu, fields) => {
    await using served = await serveData()
    const { session } = served
    const usual = { immediate: true, targetTransferTag: RESERVED_TAG, cmdSN: session.cmdSN }
    const bytes = session.raw.bytesOf(
      pdu as typeof NopOut,
      { ...usual, ...fields, initiatorTaskTag: session.newTag() },
      { data: Buffer.from('SendTargets=\0') },
    )
    session.raw.sendBytes(Buffer.concat([bytes, WRONG_DIGEST]))
    expect((await session.expect(Reject)).values.reason).toBe(RejectReason.dataDigestError)
    await isUnharmed(served)
  })
})

describe('digests on both sides', () => {
  it('hold for data of all kinds in both directions', async () => {
    await using served = await serve({})
    const offers = { HeaderDigest: ['CRC32C'], DataDigest: ['CRC32C'], FirstBurstLength: 131_072 } as const
    const session = await served.test.connect({ offers: { ...unasked, ...offers } })
    expect(session.parameters).toMatchObject({ HeaderDigest: 'CRC32C', DataDigest: 'CRC32C' })
    const unit = session.lun(0)
    await unit.ready()
    for (const lengthBytes of [512, 65_536, 262_144, 1_048_576]) {
      const written = pattern(lengthBytes, { seed: lengthBytes })
      await unit.write(1, written)
      expect(Buffer.compare(await unit.read(1, lengthBytes / 512), written)).toBe(0)
    }
    expect(served.test.server.statistics.read()).toMatchObject({ headerDigestErrors: 0, dataDigestErrors: 0 })
  })
})
