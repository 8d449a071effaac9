import type { Session } from '@lunkit/initiator'
import { Verify10, WriteSame10 } from '@lunkit/scsi'
import { ramdisk } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { holdingBack } from './harness/layered.ts'
import { pattern } from './harness/pattern.ts'
import { ready, write10 } from './harness/raw-disk.ts'
import { TestServer } from './harness/test-server.ts'
import { turn } from './harness/turns.ts'

const KIB = 1024
const MIB = 1024 * KIB
const DISK_BYTES = 64 * MIB
const MEMORY_BYTES = 64 * MIB

/** LUN 0 has a store that a test holds back, LUN 1 one that serves. */
async function serve() {
  const held = holdingBack(ramdisk({ sizeBytes: DISK_BYTES }))
  const luns = [held.storage, ramdisk({ sizeBytes: DISK_BYTES })]
  const test = await TestServer.serve({ luns, transferMemoryBytes: MEMORY_BYTES })
  const end = (): Promise<void> => {
    held.delay.hold(undefined)
    held.delay.release()
    return test[Symbol.asyncDispose]()
  }
  return { test, held, [Symbol.asyncDispose]: end }
}

/** LUN 1 can be used as if nothing was. */
async function isServed(session: Session): Promise<boolean> {
  const unit = session.lun(1)
  await unit.ready()
  const data = pattern(MIB, { seed: 9 })
  const places = [0, 1, 2, 3].map(i => i * 2048)
  await Promise.all(places.map(lba => unit.write(lba, data)))
  const found = await Promise.all(places.map(lba => unit.read(lba, 2048)))
  return found.every(each => Buffer.compare(each, data) === 0)
}

/** Commands of a session on LUN 0; what becomes of them does not matter. */
const abandonedTo = (session: Session, count: number, run: (i: number) => Promise<unknown>): void => {
  for (let i = 0; i < count; i++) run(i).catch(() => session.pendingCommands)
}

async function manyTurns(): Promise<void> {
  for (let i = 0; i < 500; i++) await turn()
}

describe('a unit that answers nothing', () => {
  const data = pattern(MIB, { seed: 1 })
  it.each([
    ['writes', (session: Session) => (i: number) => session.lun(0).write(i * 2048, data)],
    ['reads', (session: Session) => (i: number) => session.lun(0).read(i * 2048, 2048)],
    [
      'verifications',
      (session: Session) => (i: number) =>
        session.lun(0).command({ cdb: Verify10.encode({ lba: i * 512, blocks: 512, byteCheck: 0 }) }),
    ],
    [
      'repeated writes',
      (session: Session) => (i: number) =>
        session
          .lun(0)
          .command({ cdb: WriteSame10.encode({ lba: i * 512, blocks: 512 }), write: data.subarray(0, 512) }),
    ],
  ])(
    'leaves memory to the other units of the same sessions and of others, whatever its %s',
    async (_what, commands) => {
      await using served = await serve()
      const { test, held } = served
      const sessions = await Promise.all([1, 2, 3, 4].map(() => test.connect()))
      for (const session of sessions) {
        await session.lun(0).ready()
        await session.lun(0).blockSizeBytes()
      }
      held.delay.hold({})
      for (const session of sessions) abandonedTo(session, 50, commands(session))
      await manyTurns()
      expect(await isServed(await test.connect())).toBe(true)
      expect(await isServed(sessions[0] as Session)).toBe(true)
      held.delay.hold(undefined)
      held.delay.release()
    },
  )
})

describe('sessions that hold back a command', () => {
  it('leave memory to others whatever comes after it', async () => {
    await using served = await serve()
    const { test } = served
    const offers = { ImmediateData: true, InitialR2T: false, FirstBurstLength: 262_144 } as const
    const data = pattern(256 * KIB, { seed: 1 })
    for (let i = 0; i < 8; i++) {
      const session = await test.raw({ offers })
      await ready(session)
      session.takeCmdSN()
      for (let j = 0; j < 60; j++) session.command({ cdb: write10(0, data.length), write: data.length, data })
    }
    await manyTurns()
    expect(await isServed(await test.connect())).toBe(true)
  })
})
