import { createRequire } from 'node:module'
import { endianness } from 'node:os'
import type { Koffi } from './koffi.ts'
import { Libc } from './libc.ts'

/** The C library, or why it cannot be called. */
export type LibcAccess = { readonly libc: Libc } | { readonly libc: undefined; readonly cause: Error }

const hasLayouts = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch) && endianness() === 'LE'
let access: LibcAccess | undefined

/** Reaches the C library through what `load` gives. */
export function reachLibc(load: () => Koffi): LibcAccess {
  try {
    if (!hasLayouts)
      throw new Error(`system calls are made on Linux x64 and arm64, not on ${process.platform} ${process.arch}`)
    return { libc: new Libc(load()) }
  } catch (cause) {
    return { libc: undefined, cause: cause as Error }
  }
}

/** The system's C library on this thread, reached when first asked for, or why plain node:fs must do. */
export function libcAccess(): LibcAccess {
  access ??= reachLibc(() => createRequire(import.meta.url)(`@koromix/koffi-linux-${process.arch}`) as Koffi)
  return access
}

/** The system's C library on this thread; undefined where koffi or a call is missing, and plain node:fs must do. */
export const libc = (): Libc | undefined => libcAccess().libc
