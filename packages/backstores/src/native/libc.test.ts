import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import type { Koffi } from './koffi.ts'
import { libcAccess, reachLibc } from './libc-access.ts'

describe('the C library', () => {
  it('is reached through the binary of this platform', () => {
    expect(libcAccess().libc).toBeDefined()
  })

  it('is missing, with the cause, where the binary is', () => {
    const cause = new Error('Cannot find module')
    const load = (): never => {
      throw cause
    }
    expect(reachLibc(load)).toEqual({ libc: undefined, cause })
  })

  it('knows where shared memory lies on a Node that tells it of views only', () => {
    const koffi = createRequire(import.meta.url)(`@koromix/koffi-linux-${process.arch}`) as Koffi
    const address = (view: Uint8Array): bigint => {
      if (!ArrayBuffer.isView(view)) throw new TypeError('Unexpected Object value for ptr, expected pointer')
      return koffi.address(view)
    }
    const view = (at: number, lengthBytes: number): ArrayBuffer => koffi.view(at, lengthBytes)
    const load = (): Koffi => ({ address, view, errno: () => koffi.errno(), load: library => koffi.load(library) })
    const { libc } = reachLibc(load)
    expect(libc?.addressOf(new SharedArrayBuffer(64))).toBeGreaterThan(0)
  })
})
