import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { absolutePath, scsiDevice, storageObjectName, unitSerial } from '../names.ts'
import type { Plugin } from '../plugins/plugins.ts'
import { presentPluginName } from '../plugins/plugins.ts'
import type { Kind } from '../schema/kind.ts'
import { describe, meaningOf, own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { formatStorageKey } from '../storage-path.ts'
import type { Draft } from './draft.ts'
import { withKeys, withoutMember } from './draft.ts'
import { edit, optionalFlag, optionalNumber, optionalText, someNumber, someText } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { newUuid } from './edit-sources.ts'
import { removeLunsOf } from './lun-removal.ts'
import { setSettings, setStorageSettings } from './setting-place.ts'
import { storageBook } from './storage-book.ts'
import { findStorage, holderOf, namesStorage, setStorage, storageAt } from './storage-place.ts'
import { treePath } from './tree-path.ts'

/** What a kind makes of an argument. @throws {EditError} for what it does not take. */
function checked<T>(kind: Kind<T>, value: Json, { path, name }: { readonly path: string; readonly name: string }): T {
  const read = meaningOf(kind, value)
  if (read !== undefined) return read
  throw new EditError(EditFault.invalid, { path, wrong: `cannot have ${name} ${describe(value)}`, right: kind.right })
}

interface NewStorage {
  readonly plugin: Plugin
  readonly name: string
  readonly wwn?: string | undefined
}

/** The path of a storage object that is to be made: what else is wrong with it is told when its name is right and free. */
function newPath(draft: Draft, { plugin, name }: Pick<NewStorage, 'plugin' | 'name'>): string {
  checked(storageObjectName, name, { path: `/backstores/${plugin}`, name: 'a storage object named' })
  const key = formatStorageKey({ plugin, name })
  const path = treePath.storage(key)
  if (findStorage(draft, key) === undefined) return path
  throw new EditError(EditFault.exists, { path, wrong: 'exists', right: 'another name' })
}

/** Makes a storage object of its own keys. */
function create(
  draft: Draft,
  { plugin, name, wwn }: NewStorage,
  keys: Readonly<Record<string, Json | undefined>>,
): void {
  const path = newPath(draft, { plugin, name })
  const serial = wwn === undefined ? freeSerial(draft) : givenSerial(draft, { wwn, path })
  // LIO has no serial number of its own for a device that commands are passed through to, nor a product to name.
  const identity = plugin === 'pscsi' ? { attributes: {} } : { attributes: { emulate_model_alias: 1 }, wwn: serial }
  const object = withKeys({ alua_tpgs: [], name, plugin, ...identity }, keys)
  draft.set('storage_objects', [...draft.list('storage_objects'), object])
  draft.made.push(path)
}

function freeSerial(draft: Draft): string {
  const book = storageBook(draft.list('storage_objects'))
  let serial = newUuid(draft.sources)
  while (book.ofSerial(serial) !== undefined) serial = newUuid(draft.sources)
  return serial
}

function givenSerial(draft: Draft, { wwn, path }: { readonly wwn: string; readonly path: string }): string {
  checked(unitSerial, wwn, { path, name: 'the serial number' })
  const rival = storageBook(draft.list('storage_objects')).ofSerial(wwn)
  if (rival === undefined) return wwn
  const wrong = `cannot have the serial number ${wwn}, by which initiators would take it for ${labelOf(draft, rival)}`
  throw new EditError(EditFault.exists, {
    path,
    wrong,
    right: 'one whose first 25 hex digits nothing else has, such as a UUID',
  })
}

function labelOf(draft: Draft, index: number): string {
  const object = draft.list('storage_objects')[index] as JsonObject
  return `${textIn(object, 'plugin')}/${textIn(object, 'name')}`
}

interface FilePlace {
  readonly path: string
  readonly noun: 'file' | 'device'
  readonly kind?: Kind<string>
}

function checkFile(draft: Draft, file: string, { path, noun, kind = absolutePath }: FilePlace): void {
  checked(kind, file, { path, name: `the ${noun}` })
  const owner = storageBook(draft.list('storage_objects')).ofFile(file)
  if (owner === undefined) return
  const wrong = `cannot have the ${noun} ${file}, which is that of ${labelOf(draft, owner)}; two disks on one ${noun} destroy each other`
  throw new EditError(EditFault.exists, { path, wrong, right: `another ${noun}` })
}

const LEAST_BYTES = 512
/** LIO keeps a ramdisk in pages of the machine, x86-64's and most of arm64. */
const PAGE_BYTES = 4096

/** The bytes of a ramdisk, as LIO makes them of those that are asked for: whole pages, one at least. */
const wholePages = (size: number): number => Math.max(1, Math.round(size / PAGE_BYTES)) * PAGE_BYTES

function checkSize(size: number, path: string, least = LEAST_BYTES): void {
  if (size >= least) return
  throw new EditError(EditFault.invalid, {
    path,
    wrong: `cannot have ${size} bytes`,
    right: `${least} bytes or more: a block`,
  })
}

/** A file that is to be a disk. */
export interface Fileio {
  readonly name: string
  readonly file_or_dev: string
  readonly size?: number
  readonly write_back?: boolean
  readonly sparse?: boolean
  readonly aio?: boolean
  readonly readonly?: boolean
  readonly wwn?: string
}

/** Memory that is to be a disk. */
export interface Ramdisk {
  readonly name: string
  readonly size: number
  readonly nullio?: boolean
  readonly wwn?: string
}

/** A block device that is to be one. */
export interface Block {
  readonly name: string
  readonly dev: string
  readonly readonly?: boolean
  readonly exclusive?: boolean
  readonly wwn?: string
}

/** The changes of storage objects. */
export const storageEdits = {
  createFileio: edit<Fileio>(
    'a file that is a disk; without a size it must be there and has its own',
    {
      name: someText,
      file_or_dev: someText,
      size: optionalNumber,
      write_back: optionalFlag,
      sparse: optionalFlag,
      aio: optionalFlag,
      readonly: optionalFlag,
      wwn: optionalText,
    },
    (draft, { name, file_or_dev: dev, size, write_back = true, sparse = true, aio = false, readonly, wwn }) => {
      const path = newPath(draft, { plugin: 'fileio', name })
      checkFile(draft, dev, { path, noun: 'file' })
      if (size !== undefined) checkSize(size, path)
      const keys = { aio, dev, size, write_back, readonly: readonly === true ? true : undefined }
      create(draft, { plugin: 'fileio', name, wwn }, keys)
      if (!sparse) setStorageSettings(draft, formatStorageKey({ plugin: 'fileio', name }), { sparse })
    },
  ),
  createRamdisk: edit<Ramdisk>(
    'memory that is a disk, in whole pages; with nullio it keeps nothing',
    { name: someText, size: someNumber, nullio: optionalFlag, wwn: optionalText },
    (draft, { name, size, nullio, wwn }) => {
      checkSize(size, newPath(draft, { plugin: 'ramdisk', name }))
      const pages = wholePages(size)
      create(draft, { plugin: 'ramdisk', name, wwn }, { size: pages, nullio: nullio === true ? true : undefined })
    },
  ),
  createBlock: edit<Block>(
    'a block device that is a disk',
    { name: someText, dev: someText, readonly: optionalFlag, exclusive: optionalFlag, wwn: optionalText },
    (draft, { name, dev, readonly = false, exclusive, wwn }) => {
      checkFile(draft, dev, { path: newPath(draft, { plugin: 'block', name }), noun: 'device' })
      create(draft, { plugin: 'block', name, wwn }, { dev, readonly, exclusive, write_back: false })
    },
  ),
  createPscsi: edit<{ readonly name: string; readonly dev: string }>(
    'a SCSI device that commands are passed through to',
    { name: someText, dev: someText },
    (draft, { name, dev }) => {
      checkFile(draft, dev, { path: newPath(draft, { plugin: 'pscsi', name }), noun: 'device', kind: scsiDevice })
      create(draft, { plugin: 'pscsi', name }, { dev })
    },
  ),
  resizeStorageObject: edit<{ readonly storage_object: string; readonly size: number }>(
    'the size of a fileio or ramdisk storage object, in bytes',
    { storage_object: someText, size: someNumber },
    (draft, { storage_object, size }) => {
      const place = storageAt(draft, storage_object)
      const path = treePath.storage(place.key)
      const plugin = presentPluginName(textIn(place.object, 'plugin') ?? '')
      if (plugin !== 'fileio' && plugin !== 'ramdisk')
        throw new EditError(EditFault.readOnly, {
          path,
          wrong: 'has the size of its device',
          right: 'fileio or ramdisk',
        })
      checkSize(size, path, storageAttribute(holderOf(place.object), 'block_size'))
      setStorage(draft, place, { ...place.object, size: plugin === 'ramdisk' ? wholePages(size) : size })
    },
  ),
  deleteStorageObject: edit<{ readonly storage_object: string }>(
    'takes a storage object away, with its LUNs and what is mapped of them',
    { storage_object: someText },
    (draft, { storage_object }) => {
      const { key, index } = storageAt(draft, storage_object)
      removeLunsOf(draft, key)
      draft.set('storage_objects', withoutMember(draft.list('storage_objects'), index))
      forgetSettings(draft, key)
    },
  ),
} as const

/** What lunkit keeps of a storage object under its own key goes with it. */
function forgetSettings(draft: Draft, key: string): void {
  const lunkit = own(draft.document, 'lunkit')
  const settings = isJsonObject(lunkit) ? own(lunkit, 'storage_objects') : undefined
  if (!isJsonObject(lunkit) || !Array.isArray(settings)) return
  const left = (settings as readonly Json[]).filter(each => !namesStorage(each, key))
  if (left.length < settings.length) setSettings(draft, { storage_objects: left.length > 0 ? left : undefined })
}
