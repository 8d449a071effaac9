import { DataOut, NopIn, RESERVED_TAG, Reject, SnackRequest, TextRequest, TextResponse } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { bytesOf, textOf } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'

describe('a text request', () => {
  const ask = { immediate: true, final: true, initiatorTaskTag: 5, targetTransferTag: RESERVED_TAG, cmdSN: 1 }

  it('may declare the longest data segment anew', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.send(TextRequest, ask, { data: Buffer.from('MaxRecvDataSegmentLength=512\0') })
    expect((await client.expect(TextResponse)).values).toMatchObject({ final: true, targetTransferTag: RESERVED_TAG })
    client.ping({}, Buffer.alloc(1000))
    expect(bytesOf(await client.expect(NopIn)).length).toBe(512)
  })

  it('with a key that is not known is answered with NotUnderstood', async () => {
    const client = await new TestTarget().loggedIn()
    client.send(TextRequest, ask, { data: Buffer.from('X-com.example.a=1\0') })
    expect(textOf(await client.expect(TextResponse))).toEqual(new Map([['X-com.example.a', 'NotUnderstood']]))
  })

  it('with a key of the login is refused by key', async () => {
    const client = await new TestTarget().loggedIn()
    client.send(TextRequest, ask, { data: Buffer.from('MaxBurstLength=512\0') })
    expect(textOf(await client.expect(TextResponse))).toEqual(new Map([['MaxBurstLength', 'Reject']]))
  })

  it('may come in pieces, each answered with a tag to go on with', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    client.send(TextRequest, { ...ask, final: false, continues: true }, { data: Buffer.from('MaxRecvDataSegme') })
    const { values } = await client.expect(TextResponse)
    expect(values).toMatchObject({ final: false, continues: false, dataSegmentLength: 0 })
    const { targetTransferTag } = values
    client.send(TextRequest, { ...ask, targetTransferTag }, { data: Buffer.from('ntLength=512\0') })
    expect((await client.expect(TextResponse)).values.final).toBe(true)
    client.ping({}, Buffer.alloc(1000))
    expect(bytesOf(await client.expect(NopIn)).length).toBe(512)
  })

  it('changes nothing before the exchange is over', async () => {
    const client = await new TestTarget().loggedIn()
    client.send(TextRequest, { ...ask, final: false }, { data: Buffer.from('MaxRecvDataSegmentLength=512\0') })
    expect((await client.expect(TextResponse)).values.final).toBe(false)
    // The reserved tag begins anew, and what was said is forgotten.
    client.send(TextRequest, ask)
    await client.expect(TextResponse)
    client.ping({}, Buffer.alloc(1000))
    expect(bytesOf(await client.expect(NopIn)).length).toBe(1000)
  })

  it.each([
    ['with both F and C', { continues: true }, 'A=b\0', 0x04],
    ['that goes on with what never began', { targetTransferTag: 9 }, 'A=b\0', 0x09],
    ['that is no text', {}, 'nonsense', 0x04],
  ])('%s is rejected', async (_name, values, text, reason) => {
    const client = await new TestTarget().loggedIn()
    client.send(TextRequest, { ...ask, ...values }, { data: Buffer.from(text) })
    expect((await client.expect(Reject)).values.reason).toBe(reason)
  })
})

describe('a SNACK', () => {
  it('is rejected at ErrorRecoveryLevel 0', async () => {
    const client = await new TestTarget().loggedIn()
    client.send(SnackRequest, { type: 1, initiatorTaskTag: RESERVED_TAG, tag: RESERVED_TAG })
    expect((await client.expect(Reject)).values).toMatchObject({ reason: 0x03, statSN: 1 })
  })
})

describe('an unasked Data-Out of a discovery session', () => {
  it('is rejected like everything else that is not discovery', async () => {
    const target = new TestTarget()
    const client = target.connect()
    await client.login({ keys: { SessionType: 'Discovery' } })
    client.send(DataOut, { final: true }, { data: Buffer.alloc(8) })
    expect((await client.expect(Reject)).values.reason).toBe(0x04)
  })
})
