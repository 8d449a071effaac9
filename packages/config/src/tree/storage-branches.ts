import { holderOf } from '../edits/storage-place.ts'
import type { JsonObject } from '../json/value.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { number, textIn, toggle } from '../schema/lenient.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { formatStorageKey } from '../storage-path.ts'
import { aluaBranch } from './alua-branches.ts'
import type { Branch } from './branch.ts'
import { always, counting, eachOf } from './branch.ts'
import { isExported } from './exports.ts'
import { membersOf } from './name-index.ts'
import { sizeWords } from './size-words.ts'
import { isStoragePlace, storageIn, storagePlaces } from './storage-index.ts'
import type { StorageFacts, TreeFacts } from './tree-facts.ts'
import { storageFacts } from './tree-facts.ts'
import type { Summary } from './tree-node.ts'
import { NodeKind } from './tree-node.ts'

/** What the line of a storage object is made of. */
interface Told {
  readonly object: JsonObject
  /** What it is on: a file, a device. */
  readonly dev: string
  readonly size: string
  readonly cache: string
  readonly status: string
}

/** The lines of storage objects by plugin, in targetcli's words. */
const LINES: Readonly<Record<string, (told: Told) => string>> = {
  block: ({ object, dev, size, cache, status }) => `${dev} ${size} ${protection(object)}${cache} ${status}`,
  fileio: ({ object, dev, size, cache, status }) => `${dev} ${size} ${protection(object)}${cache} ${status}`,
  pscsi: ({ dev, status }) => `${dev} ${status}`,
  ramdisk: ({ object, size, status }) => `${isSet(object, 'nullio') ? 'nullio ' : ''}${size} ${status}`,
  user: ({ object, size, status }) => `${served(object)} ${size} ${status}`,
}

const protection = (object: JsonObject): string => (isSet(object, 'readonly') ? 'ro ' : '')

/** What a program is to serve, after the program's own name. */
function served(object: JsonObject): string {
  const config = textIn(object, 'config')
  return config ? config.slice(config.indexOf('/') + 1) : '(no config)'
}

const isSet = (object: JsonObject, key: string): boolean => meaningOf(toggle, own(object, key) ?? false) === true

/** Where one of the two says that there is no cache there is none. */
const isWriteBack = (object: JsonObject): boolean =>
  isSet(object, 'write_back') && storageAttribute(holderOf(object), 'emulate_write_cache') === 1

const bytes = number(1, Number.MAX_SAFE_INTEGER)

function sizeOf(object: JsonObject, { sizeBytes }: StorageFacts): string {
  const size = sizeBytes ?? meaningOf(bytes, own(object, 'size') ?? null)
  return size === undefined ? '(unknown size)' : `(${sizeWords(size)})`
}

/** LIO has a storage object activated while a LUN is it, whether anybody may reach that or not. */
function summaryOf(document: JsonObject, object: JsonObject, facts: TreeFacts): Summary {
  const plugin = textIn(object, 'plugin') ?? ''
  const key = formatStorageKey({ plugin, name: textIn(object, 'name') ?? '' })
  const known = storageFacts(facts, key)
  const isActivated = known.isActivated ?? isExported(membersOf(document, 'targets'), key)
  const told = {
    object,
    dev: textIn(object, 'dev') ?? '',
    size: sizeOf(object, known),
    cache: isWriteBack(object) ? 'write-back' : 'write-thru',
    status: isActivated ? 'activated' : 'deactivated',
  }
  const line = LINES[key.slice(0, key.indexOf('/'))] ?? LINES.pscsi
  const { reason } = known
  return { summary: line?.(told).trim() ?? '', healthy: reason === undefined, reason }
}

const storageBranch = (document: JsonObject, object: JsonObject): Branch => ({
  kind: NodeKind.storageObject,
  summary: facts => summaryOf(document, object, facts),
  info: () => object,
  ...always({ alua: () => aluaBranch(object) }),
})

const placeBranch = (document: JsonObject, place: string): Branch =>
  counting(
    NodeKind.plugin,
    'Storage Objects',
    eachOf(
      () => storageIn(document, place),
      ([object]) => storageBranch(document, object),
    ),
  )

/** /backstores. */
export const backstoresBranch = (document: JsonObject): Branch => ({
  kind: NodeKind.backstores,
  summary: () => ({ summary: '' }),
  names: () => storagePlaces(document),
  child: name => (isStoragePlace(document, name) ? placeBranch(document, name) : undefined),
})
