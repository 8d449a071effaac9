import { encodeText, LoginRequest, LoginResponse, LoginStage, NopIn, ScsiResponse, tracePdu } from '@lunkit/pdu'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { MemoryStream } from '../testing/memory-stream.ts'
import { settled, type TestClient } from '../testing/test-client.ts'
import { TestTarget } from '../testing/test-target.ts'
import type { TracedPdu } from './traced-pdu.ts'
import type { TraceOptions } from './traces.ts'

const HOST = 'iqn.2026-11.example:host'
const lineOf = ({ header, data }: TracedPdu): string =>
  tracePdu(new DataView(header.buffer, header.byteOffset), 0, data)
const nameOf = (pdu: TracedPdu): string => `${pdu.fromInitiator ? '>' : '<'} ${lineOf(pdu).replace(/ \w+=.*/s, '')}`

/** A trace, and what it has told. */
function traced(target: TestTarget, options: Partial<TraceOptions> = {}) {
  const pdus: TracedPdu[] = []
  const stop = target.server.traces.start({ dataBytes: 16, ...options }, pdu => pdus.push(pdu))
  return { pdus, stop, names: () => pdus.map(nameOf) }
}

async function ping(client: TestClient, data?: Uint8Array): Promise<void> {
  client.ping({}, data)
  await client.expect(NopIn)
}

describe('a trace', () => {
  it('tells a login from its first PDU on, and what follows it', async () => {
    const target = new TestTarget()
    const { names } = traced(target)
    await ping(await target.loggedIn())
    expect(names()).toEqual(['> Login Request', '< Login Response', '> NOP-Out', '< NOP-In'])
  })

  it('of one initiator tells its login, in any spelling of its name, and nothing of others', async () => {
    const target = new TestTarget()
    const { names } = traced(target, { initiatorName: 'IQN.2026-11.example:HOST' })
    await target.loggedIn({ InitiatorName: 'iqn.2026-11.example:other' })
    await target.loggedIn()
    expect(names()).toEqual(['> Login Request', '< Login Response'])
    // Who looks at every PDU of a connection costs it time.
    expect(target.connections.map(({ tap }) => tap !== undefined)).toEqual([false, true])
  })

  it('of one initiator tells a login whose first text comes in two PDUs', async () => {
    const target = new TestTarget()
    const { names } = traced(target, { initiatorName: HOST })
    const client = target.connect()
    const text = encodeText([
      ['SessionType', 'Normal'],
      ['InitiatorName', HOST],
      ['TargetName', 'iqn.2026-11.io.lunkit:disk'],
    ])
    const stages = { currentStage: LoginStage.operationalNegotiation, nextStage: LoginStage.fullFeaturePhase }
    const values = { isid: client.isid, cid: client.cid, cmdSN: 1, initiatorTaskTag: 1 }
    client.send(
      LoginRequest,
      { ...values, currentStage: stages.currentStage, continues: true },
      { data: text.subarray(0, 40) },
    )
    await client.expect(LoginResponse)
    client.send(LoginRequest, { ...values, ...stages, transit: true }, { data: text.subarray(40) })
    await client.expect(LoginResponse)
    expect(names()).toEqual(['> Login Request', '< Login Response', '> Login Request', '< Login Response'])
  })

  it('gives up on a connection that does not say who it is', async () => {
    const target = new TestTarget()
    const { pdus } = traced(target, { initiatorName: HOST })
    const client = target.connect()
    for (let part = 0; part < 9; part++) {
      client.requestLogin({}, { continues: true, transit: false, nextStage: 0 })
      await settled()
    }
    expect(pdus).toEqual([])
  })

  it('of a session that is there begins with its next PDU', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const { names, pdus } = traced(target, { initiatorName: HOST })
    await ping(client)
    expect(names()).toEqual(['> NOP-Out', '< NOP-In'])
    expect(pdus.map(({ offset }) => offset)).toEqual([0, 0])
  })

  it('tells nothing any more once it has stopped, and leaves nothing that looks at PDUs', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const { pdus, stop } = traced(target)
    stop()
    await ping(client)
    await ping(await target.loggedIn())
    expect(pdus).toEqual([])
  })

  it('is none of the others', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const [one, other] = [traced(target), traced(target)]
    one.stop()
    await ping(client)
    expect([one.pdus.length, other.pdus.length]).toEqual([0, 2])
  })

  it('of some sessions tells what follows their login', async () => {
    const target = new TestTarget()
    const { names } = traced(target, { sessions: ({ initiatorName }) => initiatorName === HOST })
    await ping(await target.loggedIn())
    await ping(await target.loggedIn({ InitiatorName: 'iqn.2026-11.example:other' }))
    expect(names()).toEqual(['> NOP-Out', '< NOP-In'])
  })

  it('of a logical unit tells its commands, and what answers them', async () => {
    const target = new TestTarget()
    const { pdus } = traced(target, { lunsOf: () => new Set([3]) })
    const client = await target.loggedIn()
    for (const lun of [0n, 3n << 48n]) client.command({ lun, read: true, expectedDataTransferLength: 0 })
    await ping(client)
    for (const task of [...target.hand.nexus.tasks]) task.finish(Status.good)
    await client.expect(ScsiResponse)
    expect(pdus.map(nameOf)).toEqual(['> SCSI Command', '< SCSI Response'])
    expect(new Set(pdus.map(pdu => /initiatorTaskTag=\S+/.exec(lineOf(pdu))?.[0])).size).toBe(1)
  })

  it('of a logical unit tells its commands from when a session that was there sees it', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    let luns: ReadonlySet<number> = new Set()
    const { names } = traced(target, { lunsOf: () => luns })
    const lun = 3n << 48n
    client.command({ lun, read: true, expectedDataTransferLength: 0 })
    luns = new Set([3])
    client.command({ lun, read: true, expectedDataTransferLength: 0 })
    for (const task of [...target.hand.nexus.tasks]) task.finish(Status.good)
    await settled()
    expect(names()).toEqual(['> SCSI Command', '< SCSI Response'])
  })

  it('shows no more of data than it is asked for, and says how much there was', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const { pdus } = traced(target, { dataBytes: 4 })
    await ping(client, Buffer.from('0123456789'))
    expect(pdus.map(({ data, dataLength }) => [Buffer.from(data).toString(), dataLength])).toEqual([
      ['0123', 10],
      ['0123', 10],
    ])
  })

  it('shows parameters whole where it is told which they are', async () => {
    const target = new TestTarget()
    const client = await target.loggedIn()
    const { pdus } = traced(target, { dataBytes: 2, hasParameters: ([code]) => code === 0x15 })
    const data = Buffer.from('0123456789')
    for (const code of [0x15, 0x2a]) {
      const cdb = new Uint8Array(16)
      cdb[0] = code
      client.command({ cdb, write: true, expectedDataTransferLength: data.length }, { data })
    }
    expect(pdus.map(({ data: shown }) => Buffer.from(shown).toString())).toEqual(['0123456789', '01'])
    for (const task of [...target.hand.nexus.tasks]) task.finish(Status.good)
    await settled()
  })

  it('shows no secret that a login says, in whatever PDU of it', async () => {
    const target = new TestTarget()
    const { pdus } = traced(target)
    const client = target.connect()
    client.requestLogin({ InitiatorName: HOST, CHAP_R: '0x5ec7e7', 'X-secret': '5ec7e7' })
    await settled()
    expect(pdus.map(lineOf).join('\n')).toContain('CHAP_R=********')
    expect(pdus.map(({ data }) => Buffer.from(data).toString()).join('\n')).not.toContain('5ec7e7')
  })

  it('counts digests and padding where the next PDU of a direction begins', async () => {
    const digests = { HeaderDigest: ['CRC32C', 'None'], DataDigest: ['CRC32C', 'None'] } as const
    const target = new TestTarget({ parameters: digests })
    const client = await target.loggedIn({ HeaderDigest: 'CRC32C,None', DataDigest: 'CRC32C,None' })
    const { pdus } = traced(target)
    await ping(client, Buffer.from('12345'))
    await ping(client)
    expect(pdus.map(({ offset }) => offset)).toEqual([0, 0, 48 + 4 + 8 + 4, 48 + 4 + 8 + 4])
    expect(pdus.every(({ headerDigest, dataDigest }) => headerDigest && dataDigest)).toBe(true)
  })

  it('says of which connection a PDU is, and when it came', async () => {
    const target = new TestTarget()
    const { pdus } = traced(target)
    target.connect(new MemoryStream({ remote: '192.0.2.9' })).requestLogin({ InitiatorName: HOST })
    await settled()
    expect(pdus[0]).toMatchObject({ initiator: { host: '192.0.2.9', port: 40_000 }, target: { port: 3260 } })
    expect(Math.abs(Number((pdus[0]?.timeNs ?? 0n) / 1_000_000n) - Date.now())).toBeLessThan(60_000)
  })

  it('is refused with options that are none', () => {
    const target = new TestTarget()
    expect(() => traced(target, { dataBytes: -1 })).toThrow(RangeError)
    expect(() => target.server.traces.start({ dataBytes: 0 }, undefined as never)).toThrow(TypeError)
  })
})
