import { DataOut, ScsiCommand } from '@lunkit/pdu'
import fc from 'fast-check'
import { ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { holdingBack } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { PlainTcp } from './harness/plain-tcp.ts'
import { r2tFor, read10, ready, write10 } from './harness/raw-disk.ts'
import { TestServer } from './harness/test-server.ts'
import { until } from './harness/turns.ts'

const KIB = 1024
const BYTES = 64 * KIB
const data = pattern(BYTES, { seed: 7 })
const before = pattern(BYTES, { seed: 8 })
const unasked = { InitialR2T: false, ImmediateData: true } as const

/** A disk whose operations can be held back, and whose first blocks hold `before`. */
async function serve() {
  const held = holdingBack(ramdisk({ sizeBytes: 1024 * KIB }))
  const test = await TestServer.serve({ luns: [held.storage] })
  const unit = (await test.connect()).lun(0)
  await unit.ready()
  await unit.write(0, before)
  const end = (): Promise<void> => {
    held.delay.hold(undefined)
    held.delay.release()
    return test[Symbol.asyncDispose]()
  }
  const tcp = new PlainTcp()
  const session = await test.raw({ offers: unasked, transport: tcp.open(test.address) })
  await ready(session)
  return { test, delay: held.delay, unit, session, tcp, [Symbol.asyncDispose]: end }
}

type Served = Awaited<ReturnType<typeof serve>>

/** The target has noticed, and nothing is left of the session: so many others there are. */
const isGone = ({ test }: Served, others = 1): Promise<void> =>
  until(() => test.server.statistics.get('sessionsOpen') === others && test.server.transferMemoryUsedBytes === 0)

describe('a connection that breaks', () => {
  it('in any PDU, at any byte, leaves nothing behind and changes nothing', async () => {
    await using served = await serve()
    const { test } = served
    const cut = fc.record({
      at: fc.nat(1400),
      how: fc.constantFrom('immediate' as const, 'solicited' as const, 'unsolicited' as const),
    })
    const found = await fc.check(
      fc.asyncProperty(cut, async ({ at, how }) => {
        const session = await test.raw({ offers: unasked })
        await ready(session)
        const command = session.commandFields(
          { cdb: write10(0, BYTES), write: BYTES },
          { final: how !== 'unsolicited' },
        )
        const immediate = how === 'immediate' ? { data: data.subarray(0, 4 * KIB) } : {}
        const first = session.raw.bytesOf(ScsiCommand, command, immediate)
        if (how === 'solicited') session.raw.sendBytes(first)
        const { initiatorTaskTag } = command
        const targetTransferTag =
          how === 'solicited' ? (await r2tFor(session, initiatorTaskTag)).targetTransferTag : 0xffff_ffff
        const place = { initiatorTaskTag, targetTransferTag, final: false }
        const next = session.raw.bytesOf(DataOut, place, { data: data.subarray(0, 1024) })
        const all = { immediate: [first], solicited: [next], unsolicited: [first, next] }[how]
        session.raw.sendBytes(Buffer.concat(all).subarray(0, at))
        session.destroy()
        await isGone(served, 2)
        return Buffer.compare(await served.unit.read(0, BYTES / 512), before) === 0
      }),
      { numRuns: 60 },
    )
    expect(fc.defaultReportMessage(found)).toBeUndefined()
  })

  it('while the store writes lets that write end, and gives its memory back then', async () => {
    await using served = await serve()
    const { test, delay, session, tcp, unit } = served
    delay.hold({ operations: ['write'] })
    session.command({ cdb: write10(0, BYTES), write: BYTES, data: data.subarray(0, 64 * KIB) })
    await until(() => delay.held === 1)
    tcp.reset()
    await until(() => test.server.statistics.get('sessionsOpen') === 1)
    expect(test.server.transferMemoryUsedBytes).toBe(64 * KIB)
    delay.hold(undefined)
    const reading = unit.read(0, BYTES / 512)
    delay.release()
    expect(Buffer.compare(await reading, data)).toBe(0)
    await isGone(served)
  })

  it('while the store reads, and before what was read is taken, leaves nothing behind', async () => {
    await using served = await serve()
    const { delay, session, tcp } = served
    tcp.pause()
    for (let i = 0; i < 30; i++) session.command({ cdb: read10(0, BYTES), read: BYTES })
    delay.hold({ operations: ['read'] })
    for (let i = 0; i < 30; i++) session.command({ cdb: read10(0, BYTES), read: BYTES })
    await until(() => delay.held > 0)
    tcp.reset()
    await until(() => served.test.server.statistics.get('sessionsOpen') === 1)
    delay.hold(undefined)
    delay.release()
    await isGone(served)
    expect(served.test.server.statistics.get('connectionsDropped')).toBe(1)
  })

  it('with tasks that wait behind one another ends them all, but for what the store has', async () => {
    await using served = await serve()
    const { delay, session, tcp, unit } = served
    delay.hold({ operations: ['write'] })
    const piece = data.subarray(0, 512)
    for (let i = 0; i < 20; i++) session.command({ cdb: write10(0, 512), write: 512, data: piece })
    session.command({ cdb: write10(1, 512), write: 512, data: piece }, { attribute: 2 })
    await until(() => delay.held === 1)
    tcp.reset()
    await until(() => served.test.server.statistics.get('sessionsOpen') === 1)
    delay.hold(undefined)
    delay.release()
    await isGone(served)
    expect(await unit.read(0, 2)).toEqual(Buffer.concat([piece, before.subarray(512, 1024)]))
  })
})
