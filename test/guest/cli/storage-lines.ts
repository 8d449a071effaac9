import { type CliLine, type LineChoice, lineOf, mostly, refused } from './cli-line.ts'
import { type CliState, isExported } from './cli-state.ts'

const MIB = 2 ** 20
const RAMDISKS = Array.from({ length: 6 }, (_, at) => `ramdisk/r${at}`)
const FILES = Array.from({ length: 6 }, (_, at) => `fileio/f${at}`)

/** Every storage object that lines make. */
export const STORES: readonly string[] = [...RAMDISKS, ...FILES]

/** Those that there are and nobody uses. */
export const freeStores = ({ state, used }: LineChoice): readonly string[] =>
  Object.keys(state.stores).filter(key => !used.stores.includes(key))

const nameIn = (key: string): string => key.slice(key.indexOf('/') + 1)
const free = ({ state }: LineChoice, all: readonly string[]): readonly string[] =>
  all.filter(key => !(key in state.stores))

const made = (size: number) => ({ size, attributes: { emulate_model_alias: 1 } })

function createRamdisk(choice: LineChoice): CliLine {
  const key = mostly(choice.random, free(choice, RAMDISKS), RAMDISKS)
  const mebibytes = choice.random.between(1, 8)
  const line = `/backstores/ramdisk create ${nameIn(key)} ${mebibytes}M`
  return lineOf(line, key in choice.state.stores, state => void (state.stores[key] = made(mebibytes * MIB)))
}

function createFile(choice: LineChoice): CliLine {
  const { random, directory, unused, state } = choice
  const key = mostly(random, free(choice, FILES), FILES)
  const mebibytes = random.between(1, 8)
  const how = random.pick(['', ' write_back=false', ' sparse=true'])
  const file = `${directory}/cli${unused()}.img`
  const line = `/backstores/fileio create name=${nameIn(key)} file_or_dev=${file} size=${mebibytes}M${how}`
  return lineOf(line, key in state.stores, next => void (next.stores[key] = made(mebibytes * MIB)))
}

function deleteStore(choice: LineChoice): CliLine {
  const key = mostly(choice.random, freeStores(choice), STORES)
  const [plugin, name] = key.split('/')
  return lineOf(`/backstores/${plugin} delete ${name}`, !(key in choice.state.stores), state => forget(state, key))
}

/** With it go its LUNs, and what is mapped of them. */
function forget(state: CliState, key: string): void {
  delete state.stores[key]
  for (const tpgs of Object.values(state.targets))
    for (const { luns, acls } of Object.values(tpgs))
      for (const [lun, store] of Object.entries(luns)) {
        if (store !== key) continue
        delete luns[Number(lun)]
        for (const { mapped } of Object.values(acls))
          for (const [number, { lun: of }] of Object.entries(mapped))
            if (of === Number(lun)) delete mapped[Number(number)]
      }
}

function resize(choice: LineChoice): CliLine {
  const key = mostly(choice.random, freeStores(choice), STORES)
  const mebibytes = choice.random.between(1, 8)
  return lineOf(`/backstores/${key} resize ${mebibytes}M`, !(key in choice.state.stores), ({ stores }) => {
    const store = stores[key]
    if (store) store.size = mebibytes * MIB
  })
}

/** Attributes that may change at any time, and those that may while no LUN is the disk. */
const ALWAYS = ['emulate_caw', 'emulate_fua_write', 'is_nonrot', 'emulate_3pc']
const UNEXPORTED = { block_size: [512, 4096], queue_depth: [32, 64, 128], emulate_tas: [0, 1] } as const
const DEFAULTS: Readonly<Record<string, number>> = { block_size: 512, queue_depth: 128, emulate_tas: 1 }

function setAttribute(choice: LineChoice): CliLine {
  const { random, state } = choice
  const key = mostly(random, freeStores(choice), STORES)
  const locked = random.once(2) ? random.pick(Object.keys(UNEXPORTED) as (keyof typeof UNEXPORTED)[]) : undefined
  const name = locked ?? random.pick(ALWAYS)
  const value = locked === undefined ? random.below(2) : random.pick(UNEXPORTED[locked] as readonly number[])
  const store = state.stores[key]
  const isLocked =
    locked !== undefined && isExported(state, key) && (store?.attributes[name] ?? DEFAULTS[name]) !== value
  return lineOf(`/backstores/${key} set attribute ${name}=${value}`, store === undefined || isLocked, ({ stores }) => {
    const changed = stores[key]
    if (changed) changed.attributes[name] = value
  })
}

function wrongStorage(choice: LineChoice): CliLine {
  const { random, directory, unused, state } = choice
  const key = random.pick(Object.keys(state.stores))
  const name = `wrong${unused()}`
  return refused(
    random.pick([
      `/backstores/ramdisk create ${name}`,
      `/backstores/ramdisk create ${name} 12 potatoes`,
      `/backstores/ramdisk create ${name} 100`,
      `/backstores/ramdisk create a/b 1M`,
      `/backstores/fileio create ${name} ${directory}/${name}.img`,
      `/backstores/fileio create ${name} relative.img 1M`,
      `/backstores/${key} set attribute bogus=1`,
      `/backstores/${key} set attribute emulate_caw=7`,
      `/backstores/${key} set attribute queue_depth=129`,
      `/backstores/${key} set attribute hw_block_size=512`,
      `/backstores/${key} set attribute emulate_caw=1 emulate_dpo=nonsense`,
      `/backstores/${key} resize 100`,
      `/backstores/${key} resize much`,
      `/backstores/${key} frob`,
    ]),
  )
}

/** Lines about storage objects, and how often each is chosen beside the others. */
export const storageLines: readonly (readonly [weight: number, choose: (choice: LineChoice) => CliLine])[] = [
  [5, createRamdisk],
  [5, createFile],
  [2, deleteStore],
  [3, resize],
  [4, setAttribute],
  [3, wrongStorage],
]
