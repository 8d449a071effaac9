import type { ServedConfig, ServedTarget, StorageObject } from './save-config.ts'
import type { SeededRandom } from './seeded-random.ts'

const MIB = 2 ** 20
/** LUNs below are there from the start, and in use. */
const firstLun = 3
const mostLuns = 6
const mostTargets = 5
const mostInitiators = 4
const mostAddresses = 4

/** How often each change of one target is made, beside each other. */
const changesOfOne: readonly (readonly [
  weight: number,
  change: (target: ServedTarget, tree: ChangingTree) => ServedTarget,
])[] = [
  [6, toggleLun],
  [3, resizeLun],
  [3, changeLunAttribute],
  [4, toggleInitiator],
  [4, toggleAddress],
  [3, toggleMappedLun],
  [2, toggleGroup],
  [2, toggleOpenness],
  [2, changeDepth],
  [2, changeBurst],
]

/** How often each change of no one target is made, beside those. */
const changesOfAll: readonly (readonly [
  weight: number,
  change: (served: ServedConfig, tree: ChangingTree) => ServedConfig,
])[] = [
  [12, changeOneTarget],
  [4, toggleTarget],
  [1, changeLimit],
]

/** A configuration of which all but some LUNs in use changes, by a seed, one thing at a time. */
export class ChangingTree {
  readonly random: SeededRandom
  readonly #directory: string
  readonly #fixed: ReadonlySet<string>
  #served: ServedConfig
  #made = 0

  /**
   * @param served what is there at first
   * @param options where backing files are made, and which targets have no LUN coming or going
   */
  constructor(
    served: ServedConfig,
    options: { random: SeededRandom; directory: string; fixedLuns: readonly string[] },
  ) {
    this.#served = served
    this.random = options.random
    this.#directory = options.directory
    this.#fixed = new Set(options.fixedLuns)
  }

  /** The configuration as it is now. */
  get served(): ServedConfig {
    return this.#served
  }

  /** Changes one thing; returns the configuration then. */
  next(): ServedConfig {
    return this.change(served => this.random.pickWeighted(changesOfAll)(served, this))
  }

  /** Changes what is given; returns the configuration then. */
  change(change: (served: ServedConfig) => ServedConfig): ServedConfig {
    this.#served = change(this.#served)
    return this.#served
  }

  /** Whether a target may be closed to those who use it. */
  isInUse(target: ServedTarget): boolean {
    return target.iqn === this.#served.iqn || this.hasFixedLuns(target)
  }

  /** Whether LUNs of a target may come and go. */
  hasFixedLuns({ iqn }: ServedTarget): boolean {
    return this.#fixed.has(iqn)
  }

  /** A storage object that was never there before, at a LUN. */
  newStore(lun: number): StorageObject {
    const name = `store${this.#made}`
    this.#made += 1
    const common = { name, lun, sizeBytes: this.random.between(1, 8) * MIB }
    if (this.random.once(3)) return { ...common, plugin: 'ramdisk' }
    return { ...common, plugin: 'fileio', path: `${this.#directory}/${name}.img`, writeBack: this.random.once(2) }
  }
}

/** All addresses at which targets may listen beside the one that they always have. */
export const addressesThatCome = Array.from({ length: mostAddresses }, (_, number) => `127.0.0.${2 + number}`)

/** The names of all targets that may be there beside those that are there at first. */
export const targetsThatCome = ({ iqn }: ServedTarget): string[] =>
  Array.from({ length: mostTargets }, (_, number) => `${iqn}.${number}`)

function toggleTarget(served: ServedConfig, tree: ChangingTree): ServedConfig {
  const { port = 0, others = [] } = served
  const iqn = tree.random.pick(targetsThatCome(served))
  const left = others.filter(other => other.iqn !== iqn)
  const attributes = { generate_node_acls: tree.random.below(2) }
  const made = () => ({ iqn, port, stores: [tree.newStore(0)], attributes })
  return { ...served, others: left.length < others.length ? left : [...others, made()] }
}

function changeOneTarget(served: ServedConfig, tree: ChangingTree): ServedConfig {
  const { others = [] } = served
  const at = tree.random.below(others.length + 1) - 1
  // Of a group that is not enabled nothing is served, so that nothing of it changes.
  const change = others[at]?.enabled === false ? toggleGroup : tree.random.pickWeighted(changesOfOne)
  if (at < 0) return { ...served, ...change(served, tree) }
  return { ...served, others: others.map((other, place) => (place === at ? change(other, tree) : other)) }
}

/** None that anybody comes near to who behaves. */
function changeLimit(served: ServedConfig, { random }: ChangingTree): ServedConfig {
  const { limits = {} } = served
  const name = random.pick(['login_requests', 'text_keys', 'management_functions'])
  return { ...served, limits: { ...limits, [name]: 128 + (((limits[name] ?? 0) + 1) % 64) } }
}

function toggleLun(target: ServedTarget, tree: ChangingTree): ServedTarget {
  if (tree.hasFixedLuns(target)) return toggleInitiator(target, tree)
  const lun = firstLun + tree.random.below(mostLuns)
  const left = target.stores.filter(store => store.lun !== lun)
  return { ...target, stores: left.length < target.stores.length ? left : [...target.stores, tree.newStore(lun)] }
}

function resizeLun(target: ServedTarget, tree: ChangingTree): ServedTarget {
  return changeStore(target, tree, store => ({ ...store, sizeBytes: (store.sizeBytes % (8 * MIB)) + MIB }))
}

function changeLunAttribute(target: ServedTarget, tree: ChangingTree): ServedTarget {
  return changeStore(target, tree, store => {
    const name = tree.random.pick(['emulate_fua_write', 'emulate_tpu', 'emulate_caw'])
    return { ...store, attributes: { ...store.attributes, [name]: 1 - (store.attributes?.[name] ?? 1) } }
  })
}

/** Changes one of the LUNs that are not in use; where there is none yet, one comes. */
function changeStore(
  target: ServedTarget,
  tree: ChangingTree,
  change: (store: StorageObject) => StorageObject,
): ServedTarget {
  const changeable = target.stores.filter(({ lun = 0 }) => lun >= firstLun)
  if (changeable.length === 0) return toggleLun(target, tree)
  const chosen = tree.random.pick(changeable)
  return { ...target, stores: target.stores.map(store => (store === chosen ? change(store) : store)) }
}

function toggleInitiator(target: ServedTarget, { random }: ChangingTree): ServedTarget {
  return { ...target, initiators: toggled(target.initiators, `${target.iqn}.host${random.below(mostInitiators)}`) }
}

/** One LUN of one initiator that has an ACL. */
function toggleMappedLun(target: ServedTarget, tree: ChangingTree): ServedTarget {
  const { initiators = [], stores, hidden = {} } = target
  if (initiators.length === 0) return toggleInitiator(target, tree)
  const initiator = tree.random.pick(initiators)
  const luns = stores.map(({ lun }, place) => lun ?? place)
  return { ...target, hidden: { ...hidden, [initiator]: toggled(hidden[initiator], tree.random.pick(luns)) } }
}

function toggleGroup(target: ServedTarget, tree: ChangingTree): ServedTarget {
  return tree.isInUse(target) ? toggleAddress(target, tree) : { ...target, enabled: target.enabled === false }
}

/** Whether all initiators may log in, or those with an ACL alone. */
function toggleOpenness(target: ServedTarget, tree: ChangingTree): ServedTarget {
  if (tree.isInUse(target)) return toggleInitiator(target, tree)
  const open = 1 - (target.attributes?.['generate_node_acls'] ?? 1)
  return { ...target, attributes: { ...target.attributes, generate_node_acls: open } }
}

/** All of 127.0.0.0/8 leads to this machine. */
function toggleAddress(target: ServedTarget, { random }: ChangingTree): ServedTarget {
  return { ...target, moreAddresses: toggled(target.moreAddresses, random.pick(addressesThatCome)) }
}

function changeDepth(target: ServedTarget): ServedTarget {
  const depth = target.attributes?.['default_cmdsn_depth'] ?? 64
  return { ...target, attributes: { ...target.attributes, default_cmdsn_depth: depth === 64 ? 128 : 64 } }
}

function changeBurst(target: ServedTarget): ServedTarget {
  const burst = target.parameters?.['MaxBurstLength'] === '524288' ? '262144' : '524288'
  return { ...target, parameters: { ...target.parameters, MaxBurstLength: burst } }
}

function toggled<T>(list: readonly T[] = [], each: T): T[] {
  return list.includes(each) ? list.filter(other => other !== each) : [...list, each]
}
