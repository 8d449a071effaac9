import {
  type CompatFamily,
  type CompatSample,
  type CountedNumbers,
  type CountedTold,
  together,
  WRITES,
} from './compat-family.ts'

type Inventory = CountedTold['inventory']

/** What ceph-nvmeof says where a gateway is in no group. */
const NO_GROUP = '_null_'
/** As many LUN numbers as a target has. */
const MOST_LUNS = 16_384

/** What ends in `_count` would be part of a histogram, if it had a type. */
function typeOf(name: string): CompatFamily['type'] {
  if (name.endsWith('_total')) return 'counter'
  return name.endsWith('_count') ? 'untyped' : 'gauge'
}

const family = (name: string, help: string, samples: CompatFamily['samples']): CompatFamily => {
  return { name: `ceph_nvmeof_${name}`, type: typeOf(name), help, samples }
}

const perLun = (samples: (lun: Inventory['luns'][number]) => CompatSample): CompatFamily['samples'] => {
  return ({ inventory }) => inventory.luns.map(samples)
}

const counted =
  (value: (row: CountedNumbers) => number): CompatFamily['samples'] =>
  told =>
    told.rows('unit').map((row): CompatSample => [{ bdev_name: row.labels['unit'] ?? '' }, value(row)])

/** Of each target, whatever its portal groups have together. */
const perTarget = (value: (group: Inventory['groups'][number]) => number): CompatFamily['samples'] => {
  return ({ inventory }) =>
    together(inventory.groups.map((group): CompatSample => [{ nqn: group.target }, value(group)]))
}

function subsystems({ inventory: { groups } }: CountedTold): readonly CompatSample[] {
  const open = new Set(groups.flatMap(({ target, isOpen }) => (isOpen ? [target] : [])))
  return [...new Set(groups.map(({ target }) => target))].map(nqn => {
    const labels = { nqn, serial_number: '', model_number: 'lunkit', allow_any_host: open.has(nqn) ? 'yes' : 'no' }
    return [{ ...labels, ha_enabled: 'no', group: NO_GROUP }, 1]
  })
}

/** What a lane was not in operations it has waited. */
function lanes(told: CountedTold): readonly CompatSample[] {
  const upSeconds = Math.max(0, Date.now() / 1000 - told.inventory.started)
  return told.rows('lane').flatMap((row): CompatSample[] => {
    const [name, busy] = [`lane ${row.labels['lane']}`, row.sum('busySeconds')]
    return [
      [{ name, mode: 'busy' }, busy],
      [{ name, mode: 'idle' }, Math.max(0, upSeconds - busy)],
    ]
  })
}

/** Those families of ceph-nvmeof's exporter that its dashboards show: a LUN is a bdev and a namespace, a target a subsystem. */
export const cephNvmeofFamilies: readonly CompatFamily[] = [
  family('gateway_info', 'which lunkitd this is; 1', ({ inventory: { version } }, { gateway }) => {
    const names = { name: gateway, hostname: gateway, group: NO_GROUP, load_balancing_group: 0 }
    return [[{ spdk_version: '', version, addr: '', port: '', ...names }, 1]]
  }),
  family(
    'bdev_metadata',
    'what each LUN is; 1',
    perLun(({ lun: bdev_name, blockSize: block_size }) => {
      const [pool_name = '', rbd_name = ''] = bdev_name.split('/')
      return [{ bdev_name, pool_name, namespace: '', rbd_name, block_size }, 1]
    }),
  ),
  family(
    'bdev_capacity_bytes',
    'capacity of a LUN',
    perLun(({ lun: bdev_name, size }) => [{ bdev_name }, size]),
  ),
  family(
    'bdev_reads_completed_total',
    'commands that have read',
    counted(row => row.sum('commands', 'read')),
  ),
  family(
    'bdev_writes_completed_total',
    'commands that have written',
    counted(row => row.sum('commands', ...WRITES)),
  ),
  family(
    'bdev_read_bytes_total',
    'bytes that were read',
    counted(row => row.sum('bytes', 'read')),
  ),
  family(
    'bdev_written_bytes_total',
    'bytes that were written',
    counted(row => row.sum('bytes', ...WRITES)),
  ),
  family(
    'bdev_read_seconds_total',
    'how long reading commands took',
    counted(row => row.seconds('duration', 'read')),
  ),
  family(
    'bdev_write_seconds_total',
    'how long writing commands took',
    counted(row => WRITES.reduce((sum, op) => sum + row.seconds('duration', op), 0)),
  ),
  family('reactor_seconds_total', 'how long lanes were in operations, and were not', lanes),
  family('subsystem_metadata', 'what each target is; 1', subsystems),
  family(
    'subsystem_listener_count',
    'portals of a target',
    perTarget(({ portals }) => portals.length),
  ),
  family(
    'subsystem_host_count',
    'initiators that a target has ACLs for',
    perTarget(({ initiators }) => initiators),
  ),
  family('subsystem_namespace_limit', 'how many LUNs a target may have', ({ inventory: { groups } }) =>
    [...new Set(groups.map(({ target }) => target))].map(nqn => [{ nqn }, MOST_LUNS]),
  ),
  family('subsystem_namespace_count', 'LUNs of a target', ({ inventory: { groups, mappings } }) =>
    together([
      ...groups.map(({ target: nqn }): CompatSample => [{ nqn }, 0]),
      ...mappings.map(({ target: nqn }): CompatSample => [{ nqn }, 1]),
    ]),
  ),
  family('subsystem_namespace_metadata', 'which LUN of a target is which; 1', ({ inventory: { mappings } }) =>
    mappings.map(({ target: nqn, tpg, number: nsid, lun: bdev_name }) => [{ nqn, nsid, bdev_name, anagrpid: tpg }, 1]),
  ),
  family('host_connection_state', '1 while an initiator is logged in', ({ inventory }, { gateway: gw_name }) =>
    together(
      inventory.sessions.map(({ target: nqn, initiator: host_nqn, address: host_addr }): CompatSample => {
        return [{ gw_name, nqn, host_nqn, host_addr }, 1]
      }),
    ),
  ),
]
