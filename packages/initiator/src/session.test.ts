import {
  AsyncEvent,
  AsyncMessage,
  DataIn,
  DataKind,
  LogoutRequest,
  LogoutResponse,
  NopIn,
  NopOut,
  RESERVED_TAG,
  TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import type { CommandRequest } from './task.ts'
import { beginFullFeature, textOf } from './testing/scripted-target.ts'

const read10 = Uint8Array.of(0x28, 0, 0, 0, 0, 0x10, 0, 0, 8, 0)
const reading = (read: number): CommandRequest => ({ lun: 0, cdb: read10, read })
const bytesOf = ({ data }: { data: { kind: string } }): Buffer =>
  data.kind === DataKind.bytes ? Buffer.from((data as { bytes: Uint8Array } & typeof data).bytes) : Buffer.alloc(0)

describe('NOPs', () => {
  it('are answered with the tag that the target gave', async () => {
    const { session, target } = await beginFullFeature()
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: 0x1234, lun: 1n })
    expect((await target.raw.expect(NopOut)).values).toMatchObject({
      immediate: true,
      initiatorTaskTag: RESERVED_TAG,
      targetTransferTag: 0x1234,
      lun: 1n,
    })
    session.destroy()
  })

  it('are not answered when the target wants no answer', async () => {
    const { session, target } = await beginFullFeature()
    target.tell(NopIn, { initiatorTaskTag: RESERVED_TAG, targetTransferTag: RESERVED_TAG })
    void session.ping(Buffer.from('x')).catch(() => undefined)
    expect((await target.raw.expect(NopOut)).values.targetTransferTag).toBe(RESERVED_TAG)
  })

  it('bring back what was sent', async () => {
    const { session, target } = await beginFullFeature()
    const pong = session.ping(Buffer.from('ping'))
    const ping = await target.raw.expect(NopOut)
    target.answer(
      NopIn,
      { initiatorTaskTag: ping.values.initiatorTaskTag, targetTransferTag: RESERVED_TAG },
      { data: bytesOf(ping) },
    )
    expect(Buffer.from(await pong).toString()).toBe('ping')
  })
})

describe('texts', () => {
  it('come back whole, however many PDUs the answer takes', async () => {
    const { session, target } = await beginFullFeature()
    const answered = session.text([['SendTargets', 'All']])
    const first = await target.raw.expect(TextRequest)
    const { initiatorTaskTag } = first.values
    expect(first.values).toMatchObject({ final: true, continues: false, targetTransferTag: RESERVED_TAG })
    expect(textOf(first)).toEqual([['SendTargets', 'All']])
    target.answer(
      TextResponse,
      { initiatorTaskTag, continues: true, targetTransferTag: 9 },
      { data: Buffer.from('TargetName=iqn.a\0Target') },
    )
    const second = await target.raw.expect(TextRequest)
    expect(second.values).toMatchObject({ final: true, initiatorTaskTag, targetTransferTag: 9, dataSegmentLength: 0 })
    target.answer(
      TextResponse,
      { initiatorTaskTag, final: true, targetTransferTag: RESERVED_TAG },
      { data: Buffer.from('Name=iqn.b\0') },
    )
    expect(await answered).toEqual([
      ['TargetName', 'iqn.a'],
      ['TargetName', 'iqn.b'],
    ])
  })
})

describe('a listener that throws', () => {
  it('ends the session with what it threw, and nothing else', async () => {
    const { session, target } = await beginFullFeature({
      listener: {
        asyncMessage: () => {
          throw new Error('a bug of the program')
        },
      },
    })
    const command = session.execute(reading(512)).result
    await target.command()
    target.answer(AsyncMessage, { event: AsyncEvent.scsiEvent })
    await expect(command).rejects.toThrow('what a PDU was handed to threw: a bug of the program')
    expect((await session.closed).cause).toMatchObject({ message: 'a bug of the program' })
  })

  it('does not keep other commands from hearing of the end', async () => {
    const { session, target } = await beginFullFeature()
    const failed = (): never => {
      throw new Error('a bug of the program')
    }
    session.submit(reading(512), { ended: () => undefined, failed })
    const other = session.execute(reading(512)).result
    await target.command()
    target.raw.destroy()
    await expect(other).rejects.toThrow('the target closed the connection')
    expect((await session.closed).message).toContain('a bug of the program')
  })
})

describe('the end of a session', () => {
  it('is a logout, and then the connection closes', async () => {
    const { session, target } = await beginFullFeature()
    const closing = session.close()
    const request = await target.raw.expect(LogoutRequest)
    expect(request.values).toMatchObject({ immediate: true, reason: 0 })
    target.answer(LogoutResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await closing
    expect((await session.closed).message).toBe('the session was closed by logout')
    expect(() => session.submit(reading(512), { ended: () => undefined, failed: () => undefined })).toThrow(
      'closed by logout',
    )
    await expect(session.ping()).rejects.toThrow('closed by logout')
  })

  it('comes when the block of an await using is left', async () => {
    const { session, target } = await beginFullFeature()
    const used = (async () => {
      await using inner = session
      expect(inner.pendingCommands).toBe(0)
    })()
    const request = await target.raw.expect(LogoutRequest)
    target.answer(LogoutResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await used
    await target.raw.closed
  })

  it('does not wait for ever for the answer to a logout', async () => {
    const strikes: (() => void)[] = []
    const timers = {
      after: (_: number, callback: () => void) => {
        strikes.push(callback)
        return () => undefined
      },
    }
    const { session, target } = await beginFullFeature({ timers })
    const closing = session.close()
    await target.raw.expect(LogoutRequest)
    strikes.at(-1)?.()
    await closing
    expect((await session.closed).message).toContain('dropped without a logout')
  })

  it('fails all that is on its way when the connection breaks', async () => {
    const { session, target } = await beginFullFeature()
    const command = session.execute(reading(512)).result
    const ping = session.ping()
    await target.command()
    target.raw.destroy()
    await expect(command).rejects.toThrow('the target closed the connection')
    await expect(ping).rejects.toThrow('the target closed the connection')
    await session.close()
  })

  it('is what an Asynchronous Message may ask for', async () => {
    const events: number[] = []
    const { session, target } = await beginFullFeature({
      listener: { asyncMessage: ({ event }) => events.push(event) },
    })
    target.answer(AsyncMessage, { event: AsyncEvent.logoutRequest, parameter3: 5 })
    const request = await target.raw.expect(LogoutRequest)
    expect(events).toEqual([AsyncEvent.logoutRequest])
    target.answer(LogoutResponse, { initiatorTaskTag: request.values.initiatorTaskTag })
    await session.closed
  })

  it('is a data segment with a wrong digest', async () => {
    const { session, target } = await beginFullFeature(
      { offers: { DataDigest: ['CRC32C'] } },
      { DataDigest: ['CRC32C'] },
    )
    const { result } = session.execute(reading(4))
    const { initiatorTaskTag } = (await target.command()).values
    const bytes = target.raw.bytesOf(DataIn, { initiatorTaskTag, final: true }, { data: Buffer.from('abcd') })
    target.raw.sendBytes(Buffer.concat([bytes, Buffer.alloc(4)]))
    await expect(result).rejects.toThrow('wrong digest')
  })

  it('is a PDU that does not belong in the full feature phase', async () => {
    const { session, target } = await beginFullFeature()
    target.raw.sendBytes(target.raw.bytesOf(LogoutRequest, {}))
    expect((await session.closed).message).toBe('PDU with opcode 6 does not belong in the full feature phase')
  })
})
