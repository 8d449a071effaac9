import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { open, truncate } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const timeout = 20_000

/** How a loop device is made. */
export type LoopOptions = {
  readonly sizeBytes: number
  /** Its logical block. */
  readonly blockBytes?: number
  readonly readOnly?: boolean
}

/** A loop device of a test's own, whose medium is a file; it is detached at the end of the test. */
export class LoopDevice implements Disposable {
  /** `/dev/loop0`. */
  readonly path: string
  readonly file: string

  private constructor(path: string, file: string) {
    this.path = path
    this.file = file
  }

  static async make(scratch: Scratch, name: string, options: LoopOptions): Promise<LoopDevice> {
    const { sizeBytes, blockBytes = 512, readOnly = false } = options
    const file = scratch.path(name)
    const made = await open(file, 'wx')
    await made.truncate(sizeBytes)
    await made.close()
    const words = ['--find', '--show', '--sector-size', String(blockBytes), ...(readOnly ? ['--read-only'] : []), file]
    return new LoopDevice(losetup(...words), file)
  }

  /** A device whose medium is a file that is there; `direct` has what reaches the device go past the file's page cache. */
  static on(file: string, { direct }: { readonly direct: boolean }): LoopDevice {
    return new LoopDevice(losetup('--find', '--show', `--direct-io=${direct ? 'on' : 'off'}`, file), file)
  }

  /** A device of this very name whose medium is a file that is there. */
  static at(path: string, file: string): LoopDevice {
    losetup(path, file)
    return new LoopDevice(path, file)
  }

  /** A file of the device in sysfs. */
  fact(name: string): string {
    return readFileSync(`/sys/block/${basename(this.path)}/${name}`, 'utf8').trim()
  }

  /** Whether it has no medium any more. */
  get isFree(): boolean {
    return !existsSync(`/sys/block/${basename(this.path)}/loop`)
  }

  /** Its medium has another size from now on, and the kernel has seen it. */
  async resize(sizeBytes: number): Promise<void> {
    await truncate(this.file, sizeBytes)
    losetup('--set-capacity', this.path)
  }

  [Symbol.dispose](): void {
    losetup('--detach', this.path)
  }
}

const losetup = (...words: readonly string[]): string =>
  execFileSync(findTool('losetup'), words, { encoding: 'utf8', timeout }).trim()
