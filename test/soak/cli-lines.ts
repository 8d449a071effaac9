import {
  defaultParameters,
  lunsOf,
  type ServedConfig,
  type ServedTarget,
  type StorageObject,
  serialOf,
  storesOf,
} from '../harness/save-config.ts'

/** What targetcli sets that a configuration of the suites leaves as the kernel has it. */
const AS_THE_KERNEL = { emulate_model_alias: 0 }
/** What every suite sets of a storage object, and of a TPG. */
const OF_STORES = { emulate_tpu: 1, emulate_tpws: 1 }
const OF_GROUPS = { generate_node_acls: 1, demo_mode_write_protect: 0, cache_dynamic_acls: 1 }
/** What lunkit makes a TPG with otherwise than the kernel (docs/decisions/0023). */
const TOLD_TO_ALL = { demo_mode_discovery: 1 }

type Values = Readonly<Record<string, number | string>>

const none: ServedTarget = { iqn: '', stores: [] }
const pathOf = ({ plugin, name }: StorageObject): string => `/backstores/${plugin}/${name}`
const groupOf = ({ iqn }: ServedTarget): string => `/iscsi/${iqn}/tpg1`
const targetsOf = (served: ServedConfig): ServedTarget[] => [served, ...(served.others ?? [])]

/**
 * What an administrator says to lunkit so that what is served becomes something else, in order; undefined: there is no command for it.
 */
export function cliLines(before: ServedConfig, after: ServedConfig): readonly string[] | undefined {
  if (JSON.stringify(before.limits) !== JSON.stringify(after.limits)) return undefined
  const was = new Map(storesOf(before).map(store => [store.name, store]))
  const is = new Map(storesOf(after).map(store => [store.name, store]))
  const targets = new Map(targetsOf(before).map(target => [target.iqn, target]))
  const kept = new Set(targetsOf(after).map(({ iqn }) => iqn))
  const stores = [...is.values()].flatMap(store => storeLines(was.get(store.name), store))
  return [
    ...[...targets.keys()].filter(iqn => !kept.has(iqn)).map(iqn => `/iscsi delete ${iqn}`),
    ...[...was.values()]
      .filter(({ name }) => !is.has(name))
      .map(each => `/backstores/${each.plugin} delete ${each.name}`),
    ...stores,
    ...targetsOf(after).flatMap(target => targetLines(targets.get(target.iqn), target)),
  ]
}

function storeLines(before: StorageObject | undefined, after: StorageObject): string[] {
  const { attributes = {} } = after
  if (before === undefined)
    return [
      creation(after),
      ...setLines(pathOf(after), 'attribute', {}, { ...AS_THE_KERNEL, ...OF_STORES, ...attributes }),
    ]
  const resize = before.sizeBytes === after.sizeBytes ? [] : [`${pathOf(after)} resize ${after.sizeBytes}`]
  return [...resize, ...setLines(pathOf(after), 'attribute', before.attributes ?? {}, attributes)]
}

function creation(store: StorageObject): string {
  const named = `/backstores/${store.plugin} create name=${store.name}`
  const common = `${named} size=${store.sizeBytes} wwn=${serialOf(store)}`
  if (store.plugin === 'pscsi') return `${named} dev=${store.path}`
  if (store.plugin === 'block') return `${named} dev=${store.path} wwn=${serialOf(store)}`
  return store.plugin === 'ramdisk' ? common : `${common} file_or_dev=${store.path} write_back=${store.writeBack}`
}

function targetLines(before: ServedTarget | undefined, after: ServedTarget): string[] {
  const path = groupOf(after)
  return [
    ...(before ? [] : creationOfTarget(after)),
    ...setLines(path, 'attribute', before?.attributes ?? {}, after.attributes ?? {}),
    ...setLines(path, 'parameter', before?.parameters ?? {}, after.parameters ?? {}),
    ...portalLines(before ?? none, after),
    ...lunLines(before ?? none, after),
    ...aclLines(before ?? none, after),
    ...((before?.enabled ?? true) === (after.enabled ?? true)
      ? []
      : [`${path} ${after.enabled === false ? 'disable' : 'enable'}`]),
  ]
}

const creationOfTarget = (target: ServedTarget): string[] => [
  'set global auto_add_default_portal=false',
  `/iscsi create ${target.iqn}`,
  `${groupOf(target)}/portals create 127.0.0.1 ${target.port ?? 0}`,
  ...setLines(groupOf(target), 'attribute', {}, { ...OF_GROUPS, ...TOLD_TO_ALL }),
  ...setLines(groupOf(target), 'parameter', {}, defaultParameters),
]

function setLines(path: string, group: string, before: Values, after: Values): string[] {
  const changed = Object.entries(after).filter(([name, value]) => before[name] !== value)
  return changed.length === 0
    ? []
    : [`${path} set ${group} ${changed.map(([name, value]) => `${name}="${value}"`).join(' ')}`]
}

function portalLines(before: ServedTarget, after: ServedTarget): string[] {
  const { gone, come } = differences(before.moreAddresses, after.moreAddresses)
  const portals = `${groupOf(after)}/portals`
  const place = (host: string): string => `${host} ${after.port ?? 0}`
  return [
    ...gone.map(host => `${portals} delete ${place(host)}`),
    ...come.map(host => `${portals} create ${place(host)}`),
  ]
}

/** With a storage object have gone its LUNs, and what was mapped of them. */
function lunLines(before: ServedTarget, after: ServedTarget): string[] {
  const luns = lunsOf(before)
  const come = [...lunsOf(after)].filter(([lun, { name }]) => luns.get(lun)?.name !== name)
  return come.map(([lun, store]) => `${groupOf(after)}/luns create ${pathOf(store)} ${lun} add_mapped_luns=false`)
}

function aclLines(before: ServedTarget, after: ServedTarget): string[] {
  const acls = `${groupOf(after)}/acls`
  const { gone, come } = differences(before.initiators, after.initiators)
  return [
    ...gone.map(each => `${acls} delete ${each}`),
    ...come.map(each => `${acls} create ${each} add_mapped_luns=false`),
    ...(after.initiators ?? []).flatMap(each => {
      // What was mapped and is no LUN any more has gone with it.
      const left = mapped(before, each).filter(key => luns(after).includes(key))
      const changes = differences(come.includes(each) ? [] : left, mapped(after, each))
      return [
        ...changes.gone.map(key => `${acls}/${each} delete ${numberOf(key)}`),
        ...changes.come.map(key => `${acls}/${each} create ${numberOf(key)} lun${numberOf(key)}`),
      ]
    }),
  ]
}

/** LUNs by their number and what they are. */
const luns = (target: ServedTarget): string[] => [...lunsOf(target)].map(([lun, { name }]) => `${lun} ${name}`)
const numberOf = (key: string): number => Number.parseInt(key, 10)

function mapped(target: ServedTarget, initiator: string): string[] {
  const hidden = target.hidden?.[initiator] ?? []
  return target.initiators?.includes(initiator) ? luns(target).filter(key => !hidden.includes(numberOf(key))) : []
}

function differences<T>(before: readonly T[] = [], after: readonly T[] = []): { gone: T[]; come: T[] } {
  return { gone: before.filter(each => !after.includes(each)), come: after.filter(each => !before.includes(each)) }
}
