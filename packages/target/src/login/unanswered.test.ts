import { LoginResponse, LoginStage, R2T, ScsiResponse } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { pattern, sendData } from '../testing/data-out-driver.ts'
import { MemoryDisk, write10 } from '../testing/memory-disk.ts'
import { type TestClient, textOf } from '../testing/test-client.ts'
import { TARGET_NAME, TestTarget, type TestTargetOptions } from '../testing/test-target.ts'

const FULL_FEATURE = LoginStage.fullFeaturePhase
const NAMES = { InitiatorName: 'iqn.2026-11.example:host', TargetName: TARGET_NAME, SessionType: 'Normal' }
const SECURITY = { currentStage: LoginStage.securityNegotiation, nextStage: LoginStage.operationalNegotiation }

/** What both have said in their operational stages. */
const always = { HeaderDigest: 'None', DataDigest: 'None', InitialR2T: 'Yes' }
const since = {
  MaxRecvDataSegmentLength: '8192',
  MaxBurstLength: '262144',
  DefaultTime2Wait: '0',
  DefaultTime2Retain: '0',
  MaxOutstandingR2T: '1',
  DataPDUInOrder: 'Yes',
  DataSequenceInOrder: 'Yes',
  ErrorRecoveryLevel: '0',
}
/** gPXE, and iPXE until it met a QNAP TS-639Pro. */
const gPxe = { ...always, ...since }
/** iPXE until 2017, and what is made of it: FlexBoot. */
const iPxe = { ...always, MaxConnections: '1', ImmediateData: 'No', ...since }

/** Whatever a boot ROM is told, it sends nothing more, and asks to move on: the text of each answer until it may. */
async function boot(client: TestClient, keys: Readonly<Record<string, string>>, atMost = 8) {
  client.requestLogin({ ...NAMES, AuthMethod: 'None' }, SECURITY)
  await client.expect(LoginResponse)
  client.requestLogin(keys)
  const texts: Map<string, string>[] = []
  for (;;) {
    const response = await client.expect(LoginResponse)
    texts.push(textOf(response))
    const { status, transit, nextStage } = response.values
    if (status !== 0 || (transit && nextStage === FULL_FEATURE) || texts.length === atMost) return { status, texts }
    client.requestLogin({})
  }
}

const short: TestTargetOptions = { parameters: { FirstBurstLength: 8192 } }

describe('a boot ROM that answers no offer', () => {
  it('is logged in at once where the defaults suit the target', async () => {
    const target = new TestTarget()
    const { status, texts } = await boot(target.connect(), gPxe)
    expect([status, texts.length]).toEqual([0, 1])
  })

  it('is logged in with the default of the key that it leaves unanswered', async () => {
    const target = new TestTarget(short)
    const { status, texts } = await boot(target.connect(), gPxe)
    expect([status, texts.length]).toEqual([0, 2])
    expect(texts[0]?.get('FirstBurstLength')).toBe('8192')
    expect(texts[1]).toEqual(new Map())
    expect(target.server.sessions).toHaveLength(1)
  })

  it('is not told of FirstBurstLength where it sends nothing unasked (RFC 7143 13.14)', async () => {
    const target = new TestTarget(short)
    const { status, texts } = await boot(target.connect(), iPxe)
    expect([status, texts.length, texts[0]?.has('FirstBurstLength')]).toEqual([0, 1, false])
  })

  it('is logged in whatever number the target would have otherwise', async () => {
    const parameters = { MaxBurstLength: 4096, FirstBurstLength: 4096, DefaultTime2Wait: 5, DefaultTime2Retain: 0 }
    const target = new TestTarget({ parameters: { ...parameters, ImmediateData: false } })
    const { status, texts } = await boot(target.connect(), {})
    expect([status, texts.length]).toEqual([0, 2])
    expect(Object.fromEntries(texts[0] ?? [])).toMatchObject({ ImmediateData: 'No', MaxBurstLength: '4096' })
  })

  it('is refused after six requests where the default does not suit the target: 0200', async () => {
    const target = new TestTarget({ parameters: { HeaderDigest: ['CRC32C'] } })
    const { status, texts } = await boot(target.connect(), {})
    expect([status, texts.length]).toEqual([0x0200, 7])
    expect(target.events.find(({ kind }) => kind === 'loginRefused')).toMatchObject({
      reason: 'no answer to the offer of HeaderDigest; its default does not suit',
    })
  })

  it('may answer an offer late', async () => {
    const target = new TestTarget({ parameters: { HeaderDigest: ['CRC32C'] } })
    const client = target.connect()
    await boot(client, {}, 4)
    client.requestLogin({ HeaderDigest: 'CRC32C' })
    expect((await client.expect(LoginResponse)).values).toMatchObject({ transit: true, nextStage: FULL_FEATURE })
  })
})

describe('with login_keys_workaround=0, a boot ROM that answers no offer', () => {
  const strict: TestTargetOptions = { ...short, group: { loginKeysWorkaround: false } }

  it('is refused after six requests, as LIO does after seven in all: 0200', async () => {
    const target = new TestTarget(strict)
    const { status, texts } = await boot(target.connect(), gPxe)
    expect([status, texts.length]).toEqual([0x0200, 7])
    expect(target.events.find(({ kind }) => kind === 'loginRefused')).toMatchObject({
      reason: 'no answer to the offer of FirstBurstLength; login_keys_workaround=0 demands it',
    })
  })

  it('is logged in where nothing has to be offered', async () => {
    const { status, texts } = await boot(new TestTarget(strict).connect(), iPxe)
    expect([status, texts.length]).toEqual([0, 1])
  })
})

describe('an initiator that has left FirstBurstLength unanswered', () => {
  const data = pattern(65_536)
  const write = { write: true, expectedDataTransferLength: data.length, cdb: write10(0, 128) }

  /** The target would take 8192 bytes at most; the initiator has said nothing to that. */
  async function booted() {
    const disks: MemoryDisk[] = []
    const target = new TestTarget({
      parameters: { FirstBurstLength: 8192, InitialR2T: false },
      router: slab => {
        disks.push(new MemoryDisk(slab, 1024 * 1024))
        return (disks[0] as MemoryDisk).router
      },
    })
    const client = target.connect()
    expect((await boot(client, { InitialR2T: 'No' })).status).toBe(0)
    return { client, disk: disks[0] as MemoryDisk }
  }

  /** How the write ended, and whether the disk has its data. */
  async function written({ client, disk }: Awaited<ReturnType<typeof booted>>) {
    const { status } = (await client.expect(ScsiResponse)).values
    return { status, whole: disk.bytes.subarray(0, data.length).equals(data) }
  }

  it('may send as much unasked as the default allows', async () => {
    const session = await booted()
    const { client } = session
    client.command({ ...write, final: false }, { data: data.subarray(0, 4096) })
    sendData(client, { data, start: 4096, end: data.length })
    expect(await written(session)).toEqual({ status: 0, whole: true })
  })

  it('may send as much with the command as the default allows', async () => {
    const session = await booted()
    session.client.command(write, { data })
    expect(await written(session)).toEqual({ status: 0, whole: true })
  })

  it('may keep to what was offered, and is asked for the rest', async () => {
    const session = await booted()
    const { client } = session
    client.command({ ...write, final: false })
    sendData(client, { data, start: 0, end: 8192 })
    const { values } = await client.expect(R2T)
    expect(values).toMatchObject({ bufferOffset: 8192, desiredDataTransferLength: data.length - 8192 })
    sendData(client, { data, start: 8192, end: data.length, tag: values.targetTransferTag })
    expect(await written(session)).toEqual({ status: 0, whole: true })
  })

  it('may not send more than the default', async () => {
    const { client } = await booted()
    client.command({ ...write, expectedDataTransferLength: 131_072, cdb: write10(0, 256) }, { data: pattern(66_048) })
    expect((await client.expect(ScsiResponse)).values.status).toBe(2)
  })
})
