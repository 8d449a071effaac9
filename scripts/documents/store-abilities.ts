import type { StoreFeatures } from '../../packages/backstores/src/index.ts'

/** A store that keeps blocks, as a storage object has it made. */
export interface StoreRow {
  /** How the file asks for it. */
  readonly asked: string
  readonly features: Pick<StoreFeatures, 'discard' | 'extents' | 'discardsToZeroes' | 'writeBack'>
  readonly rotational: boolean
  /** What decides where the features do not hold everywhere. */
  readonly depends: Readonly<Partial<Record<'discard' | 'extents' | 'writeBack' | 'rotational', string>>>
  /** Whether it can be given another size, or has that of something else. */
  readonly size: string
  /** What is there when lunkitd starts again. */
  readonly kept: string
}

/** What each store can do where nothing keeps it from it. */
export const STORES = {
  ramdisk: {
    asked: '`ramdisk`',
    features: { discard: true, extents: true, discardsToZeroes: true, writeBack: false },
    rotational: false,
    depends: {},
    size: 'any, while it is served',
    kept: 'nothing',
  },
  nullio: {
    asked: '`ramdisk`, `nullio=true`',
    features: { discard: false, extents: false, discardsToZeroes: false, writeBack: false },
    rotational: false,
    depends: {},
    size: 'any, while it is served',
    kept: 'nothing, at any time: what is written is dropped',
  },
  fileio: {
    asked: '`fileio`',
    features: { discard: true, extents: true, discardsToZeroes: true, writeBack: true },
    rotational: true,
    depends: {
      discard: 'where the file system punches holes',
      extents: 'where the file system tells holes',
      writeBack: 'with `write_back` and `emulate_write_cache`',
    },
    size: 'any, while it is served; no file is cut off',
    kept: 'what was flushed, written through or with FUA',
  },
  block: {
    asked: '`block`, or `fileio` of a device',
    features: { discard: true, extents: false, discardsToZeroes: true, writeBack: true },
    rotational: true,
    depends: {
      discard: 'where the device zeroes what it discards',
      writeBack: "the device's own; through the page cache always",
      rotational: "the device's own",
    },
    size: 'that of the device, which is looked at twice a second',
    kept: 'what was flushed, written through or with FUA',
  },
} as const satisfies Readonly<Record<string, StoreRow>>

/** Any of them. */
export type StoreName = keyof typeof STORES
