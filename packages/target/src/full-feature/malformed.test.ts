import {
  DataOut,
  LogoutRequest,
  LogoutResponse,
  NopIn,
  NopOut,
  R2T,
  RESERVED_TAG,
  Reject,
  ScsiCommand,
  ScsiResponse,
  SnackRequest,
  TaskManagementRequest,
  TaskManagementResponse,
  TextRequest,
} from '@lunkit/pdu'
import { PIECE_BYTES, TaskManagementResponse as Response, Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { collect } from '../testing/data-out-driver.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

const RESERVED = 0xffff_ffff
const INVALID_PDU_FIELD = 0x09

/** The session goes on: its next command, with the number that is still expected, is served. */
async function goesOn(target: TestTarget, client: TestClient): Promise<void> {
  client.ping()
  expect((await client.expect(NopIn)).values.expCmdSN).toBe(client.cmdSN)
  const tag = client.command({ read: true })
  target.hand.nexus.last.finish(Status.good)
  expect((await client.expect(ScsiResponse)).values.initiatorTaskTag).toBe(tag)
}

describe('the Initiator Task Tag FFFFFFFFh names no task, RFC 7143 11.2.1.8: rejected is', () => {
  it.each([
    ['a SCSI Command', ScsiCommand, { final: true, read: true, attribute: 1 }],
    ['an immediate SCSI Command', ScsiCommand, { immediate: true, final: true, read: true, attribute: 1 }],
    ['a task management function', TaskManagementRequest, { function: 5 }],
    ['an immediate task management function', TaskManagementRequest, { function: 5, immediate: true }],
    ['a Text Request', TextRequest, { final: true, targetTransferTag: RESERVED }],
    ['an immediate Text Request', TextRequest, { final: true, targetTransferTag: RESERVED, immediate: true }],
    ['a Logout Request', LogoutRequest, {}],
    ['an immediate Logout Request', LogoutRequest, { immediate: true }],
  ] as const)('%s', async (_what, pdu, values) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const fields = { ...values, initiatorTaskTag: RESERVED, cmdSN: client.cmdSN }
    client.send(pdu as typeof TextRequest, fields as Parameters<typeof client.send<typeof TextRequest.fields>>[1])
    expect((await client.expect(Reject)).values).toMatchObject({
      reason: INVALID_PDU_FIELD,
      initiatorTaskTag: RESERVED,
    })
    await goesOn(target, client)
  })

  it('but not a NOP-Out, which asks for no answer', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.ping({ initiatorTaskTag: RESERVED })
    await settled()
    expect(client.packets).toEqual([])
  })
})

describe('additional header segments, RFC 7143 11.2.1.5 and 11.2.2.1', () => {
  it('of a type that nobody knows make a command be rejected, not run', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.send(
      ScsiCommand,
      { final: true, read: true, attribute: 1, initiatorTaskTag: 0x77, cmdSN: client.cmdSN },
      { ahs: [{ type: 3, bytes: Uint8Array.of(1, 2, 3, 4) }] },
    )
    expect((await client.expect(Reject)).values.reason).toBe(INVALID_PDU_FIELD)
    expect(target.hand.nexus.tasks).toEqual([])
    await goesOn(target, client)
  })

  it('of any length that a header can tell are followed: 1020 bytes are answered with Reject', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn({ MaxRecvDataSegmentLength: '8192' })
    const fields = { final: true, read: true, attribute: 1 as const, initiatorTaskTag: 0x77, cmdSN: client.cmdSN }
    client.send(ScsiCommand, fields, { ahs: [{ type: 3, bytes: new Uint8Array(1017) }] })
    const { data } = await client.expect(Reject)
    expect(data).toMatchObject({ header: { values: { initiatorTaskTag: 0x77, totalAhsWords: 255 } } })
    await goesOn(target, client)
  })

  it('stand in the Reject of a request that has waited for the one before it', async () => {
    const client = await new TestTarget().loggedIn({ MaxRecvDataSegmentLength: '8192' })
    const ahs = [{ type: 3, bytes: Uint8Array.of(1, 2, 3, 4, 5) }]
    const bytes = client.bytesOf(TaskManagementRequest, { function: 1, initiatorTaskTag: 0x77, cmdSN: 2 }, { ahs })
    client.stream.feed(bytes)
    client.command({ cmdSN: 1 })
    const { data, values } = await client.expect(Reject)
    expect(values.dataSegmentLength).toBe(56)
    expect(data).toMatchObject({ header: { values: { initiatorTaskTag: 0x77, totalAhsWords: 2 } } })
  })

  it('are left out of a Reject that would be longer than the initiator takes', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn({ MaxRecvDataSegmentLength: '512' })
    const fields = { final: true, read: true, attribute: 1 as const, initiatorTaskTag: 0x77, cmdSN: client.cmdSN }
    client.send(ScsiCommand, fields, { ahs: [{ type: 3, bytes: new Uint8Array(1017) }] })
    expect((await client.expect(Reject)).values.dataSegmentLength).toBe(48)
    await goesOn(target, client)
  })

  it.each([
    [461, 512],
    [465, 48],
  ])('of %i bytes of one type make a Reject of %i where the initiator takes 512', async (bytes, lengthBytes) => {
    const client = await new TestTarget().loggedIn({ MaxRecvDataSegmentLength: '512' })
    const fields = { final: true, read: true, attribute: 1 as const, initiatorTaskTag: 0x77, cmdSN: client.cmdSN }
    client.send(ScsiCommand, fields, { ahs: [{ type: 3, bytes: new Uint8Array(bytes) }] })
    expect((await client.expect(Reject)).values.dataSegmentLength).toBe(lengthBytes)
  })

  it('with a CDB of 1020 bytes and more reach the device server, which knows no such command', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.command({ read: true }, { ahs: [{ type: 1, cdb: new Uint8Array(1016) }] })
    expect(target.hand.nexus.last.cdb).toHaveLength(1032)
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
  })

  it.each([
    ['a NOP-Out', NopOut, { targetTransferTag: RESERVED }],
    ['a Text Request', TextRequest, { final: true, targetTransferTag: RESERVED }],
    ['a Logout Request', LogoutRequest, {}],
    ['a task management function', TaskManagementRequest, { function: 5 }],
  ] as const)('have no place in %s: rejected', async (_what, pdu, values) => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const fields = { ...values, immediate: true, initiatorTaskTag: 0x77, cmdSN: client.cmdSN }
    client.send(pdu as typeof TextRequest, fields as Parameters<typeof client.send<typeof TextRequest.fields>>[1], {
      ahs: [{ type: 2, readBytes: 1 }],
    })
    expect((await client.expect(Reject)).values.reason).toBe(INVALID_PDU_FIELD)
    await goesOn(target, client)
  })

  it('have no place in a Data-Out: rejected, and its data is not kept', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const initiatorTaskTag = client.command({ write: true, expectedDataTransferLength: 512 })
    const collector = collect(target, 512)
    const { values } = await client.expect(R2T)
    const fields = { final: true, initiatorTaskTag, targetTransferTag: values.targetTransferTag }
    client.send(DataOut, fields, { data: Buffer.alloc(512), ahs: [{ type: 2, readBytes: 1 }] })
    expect((await client.expect(Reject)).values.reason).toBe(INVALID_PDU_FIELD)
    expect(collector.bytes).toHaveLength(0)
    client.send(DataOut, fields, { data: Buffer.alloc(512, 'd') })
    await settled()
    expect(collector.bytes.toString()).toBe('d'.repeat(512))
    target.hand.nexus.last.finish(Status.good)
    await client.expect(ScsiResponse)
  })
})

describe('data of a request that has no use for it, longer than memory is given for', () => {
  it.each([
    ['SNACK', SnackRequest, { type: 1 }, Reject, { reason: 0x03 }],
    ['task management function', TaskManagementRequest, { function: 5 }, TaskManagementResponse, { response: 0 }],
    ['Logout Request', LogoutRequest, { reason: 1, cid: 99 }, LogoutResponse, { response: 1 }],
  ] as const)('changes nothing in its answer: a %s', async (_what, pdu, values, answer, answered) => {
    const target = new TestTarget({ parameters: { MaxRecvDataSegmentLength: 2 * PIECE_BYTES } })
    const client = await target.loggedIn()
    target.hand.onManage = request => request.done(Response.complete)
    const fields = { ...values, immediate: true, initiatorTaskTag: 7, cmdSN: client.cmdSN }
    client.send(
      pdu as unknown as typeof TextRequest,
      fields as Parameters<typeof client.send<typeof TextRequest.fields>>[1],
      { data: Buffer.alloc(2 * PIECE_BYTES) },
    )
    expect((await client.expect(answer as unknown as typeof Reject)).values).toMatchObject(answered)
  })
})

describe('in a discovery session a request of which it knows nothing', () => {
  const requests = [
    ['SCSI Command', ScsiCommand, { final: true, read: true, attribute: 1 }],
    ['task management function', TaskManagementRequest, { function: 5 }],
  ] as const

  it.each(requests)('is rejected: a %s', async (_what, pdu, values) => {
    const target = new TestTarget()
    const client = await target.loggedIn({ SessionType: 'Discovery' })
    const fields = { ...values, initiatorTaskTag: 7, cmdSN: client.cmdSN }
    client.send(
      pdu as unknown as typeof TextRequest,
      fields as Parameters<typeof client.send<typeof TextRequest.fields>>[1],
    )
    expect((await client.expect(Reject)).values).toMatchObject({ reason: 0x04, expCmdSN: client.cmdSN })
  })

  it('is rejected: a SNACK, which has no number', async () => {
    const client = await new TestTarget().loggedIn({ SessionType: 'Discovery' })
    client.send(SnackRequest, { type: 1, initiatorTaskTag: RESERVED_TAG, tag: RESERVED_TAG })
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })

  it.each(requests)('is ignored outside the command window (RFC 7143 4.2.2.1): a %s', async (_what, pdu, values) => {
    const target = new TestTarget()
    const client = await target.loggedIn({ SessionType: 'Discovery' })
    const fields = { ...values, initiatorTaskTag: 7, cmdSN: client.cmdSN - 1 }
    client.send(
      pdu as unknown as typeof TextRequest,
      fields as Parameters<typeof client.send<typeof TextRequest.fields>>[1],
    )
    await settled()
    expect([client.packets.length, target.counted('pdusIgnored')]).toEqual([0, 1])
  })
})
