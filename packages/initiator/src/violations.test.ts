import {
  DataIn,
  LogoutResponse,
  NopIn,
  R2T,
  ScsiResponse,
  TaskManagementResponse,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { ProtocolError } from './error.ts'
import { beginFullFeature, type ScriptedTarget } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const UNKNOWN = 0x4242
const RESPONSE_DATA_BYTES = 65_536

/** A session with one command on its way, whose tag is told to what the target does wrong. */
async function after(wrong: (target: ScriptedTarget, tag: number) => void): Promise<unknown> {
  const { session, target } = await beginFullFeature()
  const { result } = session.execute({ lun: 0, cdb: read10, read: 4096 })
  wrong(target, (await target.command()).values.initiatorTaskTag)
  const reason = await result.catch((error: unknown) => error)
  session.destroy()
  return reason
}

describe('a session ends, and its commands fail with why, when the target', () => {
  it.each([
    ['NOP-In', NopIn],
    ['Task Management Function Response', TaskManagementResponse],
    ['Text Response', TextResponse],
    ['Logout Response', LogoutResponse],
    ['SCSI Response', ScsiResponse],
    ['SCSI Data-In', DataIn],
    ['R2T', R2T],
  ])('answers what was not asked with %s', async (_what, pdu) => {
    const reason = await after(target => target.answer(pdu as typeof NopIn, { initiatorTaskTag: UNKNOWN }))
    expect(reason).toBeInstanceOf(ProtocolError)
    expect(String(reason)).toMatch(/for task 16962, which is not on its way/)
  })

  it('sends more response data than any response has', async () => {
    const reason = await after((target, initiatorTaskTag) =>
      target.answer(ScsiResponse, { initiatorTaskTag }, { data: Buffer.alloc(RESPONSE_DATA_BYTES + 1) }),
    )
    expect(reason).toBeInstanceOf(ProtocolError)
    expect(String(reason)).toContain('data segment of 65537 bytes in a PDU with opcode 33')
  })

  it('says that sense data is longer than its segment', async () => {
    const reason = await after((target, initiatorTaskTag) =>
      target.answer(ScsiResponse, { initiatorTaskTag, status: 2 }, { data: Buffer.of(0, 4, 0x70, 0, 5) }),
    )
    expect(reason).toBeInstanceOf(ProtocolError)
    expect(String(reason)).toContain('sense data of 4 bytes in a segment of 5')
  })

  it('gives a status in Data-In that is not final', async () => {
    const reason = await after((target, initiatorTaskTag) =>
      target.answer(DataIn, { initiatorTaskTag, hasStatus: true, final: false }, { data: Buffer.alloc(8) }),
    )
    expect(String(reason)).toMatch(/Data-In with a status for task \d+ that is not final/)
  })

  it('answers a text with what is no text', async () => {
    const { session, target } = await beginFullFeature()
    const answered = session.text([['SendTargets', 'All']])
    const { initiatorTaskTag } = (await target.raw.expect(TextRequest)).values
    target.answer(
      TextResponse,
      { initiatorTaskTag, final: true, targetTransferTag: 0xffff_ffff },
      { data: Buffer.from('Nonsense\0') },
    )
    const reason = await answered.catch((error: unknown) => error)
    expect(reason).toBeInstanceOf(ProtocolError)
    expect(String(reason)).toContain('Text Response: "Nonsense" has no "="')
    session.destroy()
  })
})

describe('a session goes on', () => {
  it('with as much response data as is taken, and with one byte, in which no sense data has room', async () => {
    const { session, target } = await beginFullFeature()
    for (const data of [Buffer.alloc(RESPONSE_DATA_BYTES), Buffer.alloc(1)]) {
      const { result } = session.execute({ lun: 0, cdb: read10, read: 4096 })
      const { initiatorTaskTag } = (await target.command()).values
      target.answer(ScsiResponse, { initiatorTaskTag, status: 8 }, { data })
      const { status, sense } = await result
      expect([status, sense.length]).toEqual([8, 0])
    }
    expect(session.pendingCommands).toBe(0)
    session.destroy()
  })

  it('after a command that could not be completed at the target, which fails alone', async () => {
    const { session, target } = await beginFullFeature()
    const failing = session.execute({ lun: 0, cdb: read10, read: 4096 })
    const { initiatorTaskTag } = (await target.command()).values
    target.answer(ScsiResponse, { initiatorTaskTag, response: 1 })
    await expect(failing.result).rejects.toThrow(/ended with response 1 and no status/)
    const { result } = session.execute({ lun: 0, cdb: read10, read: 4096 })
    target.end((await target.command()).values.initiatorTaskTag)
    expect(await result).toMatchObject({ status: 0 })
    session.destroy()
  })
})
