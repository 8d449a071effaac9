import { parseConfiguration, planServing } from '@lunkit/config'
import type { Disk, DiskServer, PortalAddress } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { saveConfig, TARGET_NAME } from '../testing/save-config.ts'
import { type Machine, servedUrls, thisMachine } from './urls.ts'

const rd = { plugin: 'ramdisk', name: 'rd0', size: 1_048_576 }
const disks = new Map([['ramdisk/rd0', { name: 'rd0' } as Disk]])
const port = 3260
const portals = (...addresses: string[]) => addresses.map(ip_address => ({ ip_address, port }))

/** What is printed where these groups have these hosts, by a server that dispatches as `leads` says. */
function printed(
  groups: readonly (readonly string[])[],
  leads: (host: string) => number,
  machine: Partial<Machine>,
  luns: readonly object[] = [{ index: 0, storage_object: '/backstores/ramdisk/rd0' }],
) {
  const { targets, ...rest } = JSON.parse(saveConfig([rd])) as { targets: { tpgs: object[] }[] }
  const [tpg] = targets[0]?.tpgs ?? []
  const tpgs = groups.map((hosts, at) => ({ ...tpg, tag: at + 1, luns, portals: portals(...hosts) }))
  const plan = planServing(parseConfiguration(JSON.stringify({ ...rest, targets: [{ ...targets[0], tpgs }] })))
  const server = {
    addressOf: (portal: PortalAddress) => portal,
    portalGroupAt: (_name: string, { host }: PortalAddress) => leads(host),
  } as unknown as DiskServer
  return servedUrls(plan, disks, server, { own: ['127.0.0.1', '::1'], others: ['192.0.2.2'], ...machine })
}

describe('the URLs of what is served', () => {
  it('have a wildcard as such where that leads to its group', () => {
    expect(printed([['0.0.0.0', '[::0]']], () => 1, {})).toEqual([
      `iscsi://0.0.0.0:3260/${TARGET_NAME}/0`,
      `iscsi://[::]:3260/${TARGET_NAME}/0`,
    ])
  })

  it('have the LUNs in order, without those whose number no initiator could mean', () => {
    const numbered = [20_000, 16_384, 16_383, 7].map(index => ({ index, storage_object: '/backstores/ramdisk/rd0' }))
    expect(printed([['127.0.0.1']], () => 1, {}, numbered)).toEqual(
      [7, 16_383].map(lun => `iscsi://127.0.0.1:3260/${TARGET_NAME}/${lun}`),
    )
  })

  it('have the wildcard of IPv4 where the machine cannot reach itself by IPv6', () => {
    expect(printed([['[::0]']], () => 1, { own: ['127.0.0.1'] })).toEqual([`iscsi://0.0.0.0:3260/${TARGET_NAME}/0`])
  })

  it('have an address of the machine where the wildcard leads to another group', () => {
    const leads = (host: string) => (host === '127.0.0.1' || host === '192.0.2.2' ? 2 : 1)
    expect(
      printed([['0.0.0.0'], ['127.0.0.1', '192.0.2.2']], leads, { others: ['192.0.2.2', '198.51.100.2'] }),
    ).toEqual([
      `iscsi://198.51.100.2:3260/${TARGET_NAME}/0`,
      `iscsi://127.0.0.1:3260/${TARGET_NAME}/0`,
      `iscsi://192.0.2.2:3260/${TARGET_NAME}/0`,
    ])
    expect(printed([['0.0.0.0'], ['127.0.0.1']], leads, {})).toEqual([`iscsi://127.0.0.1:3260/${TARGET_NAME}/0`])
  })
})

describe('the addresses of a machine', () => {
  const address = { netmask: '', mac: '', cidr: null }
  const ipv4 = { ...address, family: 'IPv4' } as const
  const ipv6 = { ...address, family: 'IPv6' } as const

  it('are those that others reach and its own, without those of one link', () => {
    const machine = thisMachine(() => ({
      lo: [{ ...ipv4, address: '127.0.0.1', internal: true }],
      eth0: [
        { ...ipv4, address: '192.0.2.7', internal: false },
        { ...ipv6, address: 'fe80::1', scopeid: 2, internal: false },
      ],
    }))
    expect(machine).toEqual({ own: ['127.0.0.1'], others: ['192.0.2.7'] })
  })

  it('are its own by default where the system does not tell any', () => {
    const alone = { own: ['127.0.0.1', '::1'], others: [] }
    expect(thisMachine(() => ({}))).toEqual(alone)
    const refuses = (): never => {
      throw new Error('uv_interface_addresses returned Unknown system error 97')
    }
    expect(thisMachine(refuses)).toEqual(alone)
  })
})
