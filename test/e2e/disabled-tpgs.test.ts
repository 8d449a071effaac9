import { connect, discover, LoginError } from '@lunkit/initiator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Daemon } from '../harness/daemon.ts'
import { freePort } from '../harness/free-port.ts'
import { lunkit } from '../harness/lunkit-line.ts'
import { Scratch } from '../harness/scratch.ts'

/** One of several machines that serve a target: TPG 1 is its own, TPG 2 is another machine's. */
const SPREAD = 'iqn.2026-11.com.example:spread'
/** Disabled, at the portal of the other. */
const CLOSED = 'iqn.2026-11.com.example:closed'
const ELSEWHERE = '192.0.2.9:3260'
const HOST = 'iqn.2026-11.com.example:host'
const STRANGER = 'iqn.2026-11.com.example:stranger'
const OPEN = { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 }
const luns = [{ index: 0, storage_object: '/backstores/ramdisk/rd' }]
const elsewhere = { tag: 2, enable: false, portals: [{ ip_address: '192.0.2.9', port: 3260 }] }

let scratch: Scratch
let daemon: Daemon
let port = 0
beforeAll(async () => {
  scratch = await Scratch.create('disabled-tpgs')
  port = await freePort()
  daemon = await Daemon.start(file({ tpg_enabled_sendtargets: 0 }), scratch.directory)
})
afterAll(async () => {
  // What commands need is loaded when the first comes, which takes its time where others use the machine too.
  await daemon.stop({ errors: [/stands still/] })
  await scratch.remove()
})

/** A file in which the attributes of the other machine's TPG are these. */
function file(attributes: object): string {
  const portals = [{ ip_address: '127.0.0.1', port }]
  const acls = [{ node_wwn: HOST, mapped_luns: [] }]
  const target = (wwn: string, tpgs: readonly object[]) => ({ fabric: 'iscsi', wwn, tpgs })
  return JSON.stringify({
    storage_objects: [{ plugin: 'ramdisk', name: 'rd', size: 1024 * 1024 }],
    targets: [
      target(SPREAD, [
        { tag: 1, attributes: OPEN, luns, portals },
        { ...elsewhere, attributes, node_acls: acls },
      ]),
      target(CLOSED, [{ tag: 1, enable: false, attributes: OPEN, luns, portals }]),
    ],
  })
}

/** What discovery tells of a target. */
async function told(target: string, initiatorName = HOST): Promise<readonly string[]> {
  const found = await discover({ host: '127.0.0.1', port, initiatorName })
  const portals = found.find(({ name }) => name === target)?.portals ?? []
  return portals.map(portal => (portal.port === port ? 'here' : `${portal.host}:${portal.port}`))
}

const login = (target: string) => connect({ host: '127.0.0.1', port, target, initiatorName: HOST })

/** How a login ends: with its status, or well. */
async function outcome(target: string): Promise<string> {
  try {
    await using _session = await login(target)
    return 'in'
  } catch (error) {
    if (error instanceof LoginError) return error.status.toString(16).padStart(4, '0')
    throw error
  }
}

const inClosed = (...words: readonly string[]) => lunkit(scratch.directory, `/iscsi/${CLOSED}/tpg1`, ...words)

describe('a TPG that is disabled', () => {
  it('is told by discovery where its tpg_enabled_sendtargets is 0, by portals that are not here', async () => {
    expect(await told(SPREAD)).toEqual(['here', ELSEWHERE])
    expect(await told(CLOSED)).toEqual([])
  })

  it('refuses logins as a service that is unavailable, and says what to do', async () => {
    expect([await outcome(SPREAD), await outcome(CLOSED)]).toEqual(['in', '0301'])
    const said = await lunkit(scratch.directory, 'refusals')
    expect(said).toContain(`portal group 1 of ${CLOSED} is disabled`)
    expect(said).toContain(`lunkit /iscsi/${CLOSED}/tpg1 enable`)
  })

  it('is told as the file says that is read again, to those whom demo_mode_discovery and its ACLs leave', async () => {
    const reread = async (attributes: object): Promise<void> => {
      await daemon.reload(file(attributes))
    }
    await reread({ tpg_enabled_sendtargets: 1 })
    expect(await told(SPREAD)).toEqual(['here'])
    await reread({ tpg_enabled_sendtargets: 0, demo_mode_discovery: 0 })
    expect(await told(SPREAD)).toEqual(['here', ELSEWHERE])
    expect(await told(SPREAD, STRANGER)).toEqual(['here'])
    await reread({ tpg_enabled_sendtargets: 0, demo_mode_discovery: 0, generate_node_acls: 1 })
    expect(await told(SPREAD, STRANGER)).toEqual(['here', ELSEWHERE])
  })

  it('is enabled, disabled and told of by command, at once', async () => {
    await inClosed('set', 'attribute', 'tpg_enabled_sendtargets=0')
    expect([await told(CLOSED), await outcome(CLOSED)]).toEqual([['here'], '0301'])
    await inClosed('enable')
    const session = await login(CLOSED)
    await session.lun(0).ready()
    await inClosed('disable')
    await session.closed
    expect([await told(CLOSED), await outcome(CLOSED)]).toEqual([['here'], '0301'])
    await inClosed('set', 'attribute', 'tpg_enabled_sendtargets=1')
    expect([await told(CLOSED), await outcome(CLOSED)]).toEqual([[], '0301'])
  })
})
