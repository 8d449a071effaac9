import { connect, discover, LoginError, RawConnection, type Session, tcp } from '@lunkit/initiator'
import { encodeText, LoginRequest, LoginResponse, LoginStage } from '@lunkit/pdu'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import { Scratch } from '../harness/scratch.ts'

const TARGET = 'iqn.2026-11.com.example:attributes'
const TPG = `/iscsi/${TARGET}/tpg1`
const HOST = 'iqn.2026-11.com.example:host'
const STRANGER = 'iqn.2026-11.com.example:stranger'
const { operationalNegotiation, fullFeaturePhase } = LoginStage

let scratch: Scratch
let daemon: Daemon
let port = 0
beforeAll(async () => {
  scratch = await Scratch.create('tpg-attributes')
  port = await freePort()
  const tpg = {
    tag: 1,
    attributes: { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 },
    // What a boot ROM does not know that answers no offer.
    parameters: { MaxBurstLength: '131072', FirstBurstLength: '8192' },
    luns: [{ index: 0, storage_object: '/backstores/ramdisk/rd' }],
    node_acls: [{ node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 0, write_protect: false }] }],
    portals: [{ ip_address: '127.0.0.1', port }],
  }
  const storage_objects = [{ plugin: 'ramdisk', name: 'rd', size: 1024 * 1024 }]
  const file = { storage_objects, targets: [{ fabric: 'iscsi', wwn: TARGET, tpgs: [tpg] }] }
  daemon = await Daemon.start(JSON.stringify(file), scratch.directory)
})
afterAll(async () => {
  // What commands need is loaded when the first comes, which takes its time where others use the machine too.
  await daemon.stop({ errors: [/stands still/] })
  await scratch.remove()
})

const set = (...values: readonly string[]) => lunkit(scratch.directory, TPG, 'set', 'attribute', ...values)
const login = (initiatorName: string): Promise<Session> =>
  connect({ host: '127.0.0.1', port, target: TARGET, initiatorName })
const isTold = async (initiatorName: string): Promise<boolean> =>
  (await discover({ host: '127.0.0.1', port, initiatorName })).length > 0

/** Whether somebody may write, or why it may not log in. */
async function writes(initiatorName: string): Promise<boolean | number> {
  try {
    await using session = await login(initiatorName)
    await session.lun(0).ready()
    const written = session.lun(0).write(0, Buffer.alloc(512))
    return await written.then(
      () => true,
      () => false,
    )
  } catch (error) {
    if (error instanceof LoginError) return error.status
    throw error
  }
}

/** How a boot ROM fares that offers nothing and answers no offer: the status of its last request. */
async function boot(): Promise<number> {
  await using raw = await RawConnection.open(tcp({ host: '127.0.0.1', port }))
  const stages = { currentStage: operationalNegotiation, nextStage: fullFeaturePhase, transit: true }
  const ask = (keys: Readonly<Record<string, string>>): void => {
    const data = encodeText(Object.entries(keys))
    raw.send(LoginRequest, { isid: 1, initiatorTaskTag: 1, ...stages }, data.length > 0 ? { data } : {})
  }
  ask({ InitiatorName: HOST, TargetName: TARGET, SessionType: 'Normal' })
  for (;;) {
    const { status, transit } = (await raw.expect(LoginResponse)).values
    if (status !== 0 || transit) return status
    ask({})
  }
}

describe('an attribute of a TPG, set while it is served:', () => {
  it('demo_mode_write_protect protects from initiators without an ACL, prod_mode_write_protect from those with one', async () => {
    expect([await writes(STRANGER), await writes(HOST)]).toEqual([true, true])
    await set('demo_mode_write_protect=1')
    expect([await writes(STRANGER), await writes(HOST)]).toEqual([false, true])
    await set('demo_mode_write_protect=0', 'prod_mode_write_protect=1')
    expect([await writes(STRANGER), await writes(HOST)]).toEqual([true, false])
    await set('prod_mode_write_protect=0')
  })

  it.each([0, 1])(
    'generate_node_acls=0 lets nobody in without an ACL, nor has anybody stay, with cache_dynamic_acls=%i',
    async cached => {
      await set('generate_node_acls=1', `cache_dynamic_acls=${cached}`)
      expect(await writes(STRANGER)).toBe(true)
      const stranger = await login(STRANGER)
      await using host = await login(HOST)
      // LIO has no ACL of theirs in the tree either, while they are logged in or afterwards.
      expect(await lunkit(scratch.directory, 'ls', `${TPG}/acls`, '1')).toMatch(/acls \.*.*ACLs: 1\]/)
      await set('generate_node_acls=0')
      await stranger.closed
      expect(await writes(STRANGER)).toBe(0x0202)
      expect(await host.lun(0).reportLuns()).toEqual([0])
    },
  )

  it('demo_mode_discovery=0 has the target told to those alone who may log in', async () => {
    expect([await isTold(STRANGER), await isTold(HOST)]).toEqual([true, true])
    await set('demo_mode_discovery=0')
    expect([await isTold(STRANGER), await isTold(HOST)]).toEqual([false, true])
    await set('generate_node_acls=1')
    expect(await isTold(STRANGER)).toBe(true)
    await set('demo_mode_discovery=1')
  })

  it('login_keys_workaround lets initiators in that answer no offer, as boot ROMs do', async () => {
    expect(await boot()).toBe(0)
    await set('login_keys_workaround=0')
    expect(await boot()).toBe(0x0200)
    await set('login_keys_workaround=1')
  })
})
