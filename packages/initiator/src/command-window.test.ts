import { NopIn, NopOut, RESERVED_TAG } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { beginFullFeature } from './testing/scripted-target.ts'

const testUnitReady = new Uint8Array(6)

describe('the command window', () => {
  it('holds commands back until it opens, and keeps their order', async () => {
    const { session, target } = await beginFullFeature()
    target.expCmdSN = 2
    target.maxCmdSN = 66
    const results = Array.from({ length: 67 }, (_, i) => session.execute({ lun: i, cdb: testUnitReady }).result)
    const tags: number[] = []
    for (let i = 0; i < 65; i++) tags.push((await target.command()).values.initiatorTaskTag)
    expect(target.raw.waitingPackets).toBe(0)
    expect(session.pendingCommands).toBe(67)
    target.maxCmdSN = 67
    target.end(tags[0] as number)
    const next = await target.command()
    expect(next.values).toMatchObject({ cmdSN: 66, lun: 65n * 0x0001_0000_0000_0000n })
    for (const tag of [...tags.slice(1), next.values.initiatorTaskTag]) target.end(tag)
    const last = await target.command()
    expect(last.values.cmdSN).toBe(67)
    target.end(last.values.initiatorTaskTag)
    await Promise.all(results)
  })

  it('lets immediate commands through when it is closed', async () => {
    const { session, target } = await beginFullFeature()
    target.maxCmdSN = 1
    for (let i = 0; i < 66; i++) void session.execute({ lun: 0, cdb: testUnitReady }).result.catch(() => undefined)
    for (let i = 0; i < 65; i++) await target.command()
    void session.ping().catch(() => undefined)
    expect((await target.raw.expect(NopOut)).values).toMatchObject({ immediate: true, cmdSN: 66 })
  })

  it('never goes back', async () => {
    const { session, target } = await beginFullFeature()
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG, maxCmdSN: 1 })
    for (let i = 0; i < 2; i++) void session.execute({ lun: 0, cdb: testUnitReady }).result.catch(() => undefined)
    expect((await target.command()).values.cmdSN).toBe(1)
    expect((await target.command()).values.cmdSN).toBe(2)
  })
})
