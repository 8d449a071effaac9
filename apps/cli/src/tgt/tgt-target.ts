import type { Block, Directive, Place } from './conf-text.ts'
import type { Leavings } from './left-out.ts'

/** What a LUN of tgt is made of. */
export interface TgtStore {
  readonly path: string
  /** By `direct-store`: it has the identity of the device. */
  readonly isDirect: boolean
  readonly at: Place
  /** What is said of it alone. */
  readonly options: readonly Directive[]
}

/** A target of tgt, with the numbers that tgt-admin gives. */
export interface TgtTarget {
  readonly name: string
  readonly at: Place
  readonly tid: number
  readonly stores: readonly (TgtStore & { readonly lun: number })[]
  /** What is said of the target, or of all of its LUNs. */
  readonly options: readonly Directive[]
}

const STORES: Readonly<Record<string, { readonly isDirect: boolean }>> = {
  'backing-store': { isDirect: false },
  'direct-store': { isDirect: true },
}

/** The last directive of a name. */
export const lastOf = (options: readonly Directive[], name: string): Directive | undefined =>
  options.findLast(each => each.name === name)

/** Blocks of one name are one, as MergeDuplicateBlocks has it. */
function merged(blocks: readonly Block[]): readonly Block[] {
  const byName = new Map<string, Block & { readonly directives: Directive[]; readonly blocks: Block[] }>()
  for (const block of blocks) {
    const whole = byName.get(block.name) ?? { ...block, directives: [], blocks: [] }
    for (const directive of block.directives) whole.directives.push(directive)
    for (const inner of block.blocks) whole.blocks.push(inner)
    byName.set(block.name, whole)
  }
  return [...byName.values()]
}

const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other))

/** The stores of a target in the order in which tgt-admin numbers them: backing before direct, each by path. */
function storesOf({ directives, blocks }: Block): readonly TgtStore[] {
  const plain = directives.filter(({ name }) => Object.hasOwn(STORES, name))
  return Object.entries(STORES).flatMap(([kind, { isDirect }]) => {
    const inner = merged(blocks.filter(block => block.kind === kind))
    const all = [
      ...plain.filter(({ name }) => name === kind).map(({ value, at }) => ({ path: value, at, options: [] })),
      ...inner.map(({ name, at, directives: options }) => ({ path: name, at, options })),
    ]
    const once = new Map(all.toReversed().map(store => [store.path, store]))
    return [...once.values()].map(store => ({ ...store, isDirect })).sort((one, other) => byText(one.path, other.path))
  })
}

const numberIn = (directive: Directive | undefined): number | undefined =>
  directive && /^[0-9]{1,5}$/.test(directive.value) ? Number(directive.value) : undefined

/** LUNs as tgt-admin numbers them: what is said, else the first from 1 on that nothing else says. */
function numbered(block: Block): TgtTarget['stores'] {
  const stores = storesOf(block)
  const forAll = numberIn(lastOf(block.directives, 'lun'))
  const said = stores.map(({ options }) => forAll ?? numberIn(lastOf(options, 'lun')))
  const taken = new Set(said.filter(lun => lun !== undefined))
  let free = 1
  return stores.map((store, at) => {
    while (taken.has(free)) free++
    const lun = said[at] ?? free
    taken.add(lun)
    return { ...store, lun }
  })
}

/** What stands in a target and is neither a line of it nor a LUN. */
function leaveBlocks({ blocks }: Block, leavings: Leavings): void {
  for (const { kind, name, at } of blocks)
    if (!Object.hasOwn(STORES, kind))
      leavings.add({ name: `<${kind}`, value: `${name}>`, at }, 'nobody knows what it is')
}

/** The targets of a configuration, by name as tgt-admin makes them. */
export function targetsIn(conf: Block, leavings: Leavings): readonly TgtTarget[] {
  const blocks = conf.blocks.filter(({ kind }) => kind === 'target')
  for (const { kind, name, at } of conf.blocks)
    if (kind !== 'target') leavings.add({ name: `<${kind}`, value: `${name}>`, at }, 'nobody knows what it is')
  let tid = 0
  return [...merged(blocks)]
    .sort((one, other) => byText(one.name, other.name))
    .map(block => {
      const options = block.directives.filter(({ name }) => !Object.hasOwn(STORES, name))
      tid = numberIn(lastOf(options, 'controller_tid')) ?? tid + 1
      leaveBlocks(block, leavings)
      return { name: block.name, at: block.at, tid, stores: numbered(block), options }
    })
}
