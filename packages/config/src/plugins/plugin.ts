import type { Json } from '../json/value.ts'
import { storageObjectName, unitSerial } from '../names.ts'
import type { StoragePlanBase } from '../plan/storage-plan.ts'
import type { Kind, Kinds, ObjectKind, Shape } from '../schema/kind.ts'
import { anything, objectOf, text } from '../schema/kind.ts'
import { toggle } from '../schema/lenient.ts'
import type { Shortfall } from '../tables/row.ts'
import type { StorageAttribute } from '../tables/storage-attributes.ts'
import type { StorageSettings } from '../tables/storage-settings.ts'

/** A storage object of any plugin, as it was read. */
export interface StorageObject {
  readonly name: string
  readonly plugin: string
  readonly attributes?: Json
  /** The unit serial number. */
  readonly wwn?: string
  readonly readonly?: boolean
}

/** How the size of a disk is known. */
export const SizeSource = {
  /** Its storage object says it; one that holds no block is wrong there. */
  configuration: 'configuration',
  /** Its store has one of its own, which is known when that is looked at; the storage object may say another. */
  store: 'store',
} as const
export type SizeSource = (typeof SizeSource)[keyof typeof SizeSource]

/** How storage objects of a plugin are served. What is no whole number of blocks of a size is not, whoever says it. */
export interface PluginService<O extends StorageObject, P extends StoragePlanBase> {
  /** Its keys, and what each may be. */
  readonly kind: Kind<O>
  readonly size: SizeSource
  /** It is a device: its blocks, and whether it rotates, are what it says where the file says nothing. Left out: LIO's defaults hold. */
  readonly isDevice?: boolean
  /** Commands go to its device as they are: what it is and does the device says, and attributes that are not `PASSED_THROUGH` and settings are nothing to it. */
  readonly passesThrough?: boolean
  /** The size that the storage object says, in bytes; undefined: none. */
  sizeBytes(object: O): number | undefined
  /** Keys of which service falls short. */
  readonly shortfalls: { readonly [K in keyof O]?: Shortfall<NonNullable<O[K]>> }
  /** What attributes are where the file does not say and LIO gives the plugin another default than the others. */
  readonly defaults: { readonly [K in StorageAttribute]?: (object: { readonly write_back?: boolean }) => number }
  /** Whether what was acknowledged may be volatile until it is flushed; `cached` is what the attributes say. */
  isWriteBack(object: O, cached: boolean): boolean
  plan(object: O, base: Omit<StoragePlanBase, 'file'>, settings: StorageSettings): P
}

/** One plugin of LIO, declared once. How its store is opened says whoever knows stores. */
export interface PluginRow<S = unknown> {
  /** In a line. */
  readonly meaning: string
  /** What INQUIRY names, unless it names the storage object (emulate_model_alias); undefined: what is behind it does. */
  readonly product: string | undefined
  /** What files of old versions call it. */
  readonly oldName?: string
  /** Undefined: it is known, kept and not served. */
  readonly service: S
}

/** Keys that any storage object has, beside those of its plugin. Attributes and parameters are judged one by one, by their tables. */
const REQUIRED = { name: storageObjectName, plugin: text }
const OPTIONAL = { attributes: anything, alua_tpgs: anything, wwn: unitSerial, readonly: toggle }

/** The kind of a plugin's storage objects, with the keys that it has of its own. */
export function storageObject<R extends Kinds, O extends Kinds>(
  noun: string,
  { required, optional, whenWrong }: Pick<Shape<R, O>, 'required' | 'optional' | 'whenWrong'>,
): ObjectKind<typeof REQUIRED & R, typeof OPTIONAL & O> {
  return objectOf(noun, {
    required: { ...REQUIRED, ...required },
    optional: { ...OPTIONAL, ...optional },
    whenWrong: { readonly: true, ...whenWrong } as Shape<typeof REQUIRED & R, typeof OPTIONAL & O>['whenWrong'] &
      object,
    so: 'the storage object is not served',
  })
}
