import {
  type CompatFamily,
  type CompatSample,
  type CountedNumbers,
  type CountedTold,
  together,
  WRITES,
} from './compat-family.ts'

/** What an initiator does at a LUN, whichever portal group it comes by. */
const perClient =
  (value: (row: CountedNumbers) => number): CompatFamily['samples'] =>
  (told, { gateway: gw_name }) =>
    together(
      told.rows('nexus').map((row): CompatSample => {
        const { initiator: client_iqn = '', unit: lun_name = '' } = row.labels
        return [{ gw_name, client_iqn, lun_name }, value(row)]
      }),
    )

const initiatorsOf = (told: CountedTold): readonly string[] => [
  ...new Set([
    ...told.rows('nexus').map(({ labels }) => labels['initiator'] ?? ''),
    ...told.inventory.sessions.map(({ initiator }) => initiator),
  ]),
]

/** By which number an initiator reaches a LUN: that of the portal group, which an ACL may have changed. */
function clientLuns(told: CountedTold, gw_name: string): readonly CompatSample[] {
  const numbers = new Map(
    told.inventory.mappings.map(({ target, tpg, number, lun }) => [`${target} ${tpg} ${lun}`, number]),
  )
  const found = new Map<string, CompatSample>()
  for (const { labels } of told.rows('nexus')) {
    const { target, tpg, initiator: client_iqn = '', unit: lun_name = '' } = labels
    const number = numbers.get(`${target} ${tpg} ${lun_name}`)
    if (number !== undefined) found.set(`${client_iqn} ${lun_name}`, [{ gw_name, client_iqn, lun_name }, number])
  }
  return [...found.values()]
}

/** Where a LUN is: the address of the first portal that leads to it. */
function ownersOf({ inventory: { groups, mappings } }: CountedTold): ReadonlyMap<string, string> {
  const addresses = new Map(
    groups.map(({ target, tpg, portals }) => [`${target} ${tpg}`, portals[0]?.replace(/:\d+$/, '') ?? '']),
  )
  return new Map(mappings.map(({ target, tpg, lun }) => [lun, addresses.get(`${target} ${tpg}`) ?? '']))
}

/** The nine families of ceph-iscsi's exporter, with bytes to the byte: it has them in MiB. */
export const cephIscsiFamilies: readonly CompatFamily[] = [
  {
    name: 'ceph_iscsi_scrape_duration_seconds',
    type: 'gauge',
    help: 'how long lunkitd took to tell what it counts',
    samples: (_told, { gateway: gw_name, durationSeconds }) => [[{ gw_name }, durationSeconds]],
  },
  {
    name: 'ceph_iscsi_gateway_tpg_total',
    type: 'untyped',
    help: 'portal groups of a target',
    samples: ({ inventory }) => together(inventory.groups.map(({ target: gw_iqn }): CompatSample => [{ gw_iqn }, 1])),
  },
  {
    name: 'ceph_iscsi_lun_mapped',
    type: 'gauge',
    help: '1 where a LUN is reached by a target',
    samples: (told, { gateway: gw_name }) => {
      const owners = ownersOf(told)
      return told.inventory.luns.map(({ lun: lun_name }) => {
        return [{ lun_name, gw_name, gw_owner: owners.get(lun_name) ?? '' }, Number(owners.has(lun_name))]
      })
    },
  },
  {
    name: 'ceph_iscsi_lun_size_bytes',
    type: 'gauge',
    help: 'capacity of a LUN',
    samples: ({ inventory }, { gateway: gw_name }) =>
      inventory.luns.map(({ lun: lun_name, size }) => [{ lun_name, gw_name }, size]),
  },
  {
    name: 'ceph_iscsi_lun_iops',
    type: 'untyped',
    help: 'commands that an initiator has had done by a LUN, so far',
    samples: perClient(row => row.sum('commands')),
  },
  {
    name: 'ceph_iscsi_lun_read_bytes',
    type: 'untyped',
    help: 'bytes that an initiator has read of a LUN, so far',
    samples: perClient(row => row.sum('bytes', 'read')),
  },
  {
    name: 'ceph_iscsi_lun_write_bytes',
    type: 'untyped',
    help: 'bytes that an initiator has written to a LUN, so far',
    samples: perClient(row => row.sum('bytes', ...WRITES)),
  },
  {
    name: 'ceph_iscsi_client_login',
    type: 'gauge',
    help: '1 while an initiator is logged in',
    samples: (told, { gateway: gw_name }) => {
      const loggedIn = new Set(told.inventory.sessions.map(({ initiator }) => initiator))
      return initiatorsOf(told).map(client_iqn => [{ gw_name, client_iqn }, Number(loggedIn.has(client_iqn))])
    },
  },
  {
    name: 'ceph_iscsi_client_lun',
    type: 'gauge',
    help: 'by which number an initiator reaches a LUN',
    samples: (told, { gateway }) => clientLuns(told, gateway),
  },
]
