import { mkdir, open } from 'node:fs/promises'
import { succeed } from '../harness/outcome.ts'
import type { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const timeoutMs = 20_000
/** The journal is written when it is asked to, and not now and then: what a test sees is what was brought to it. */
const rareCommits = 'commit=300'

/** A mounted file system of a test's own; it is gone at the end of the test. */
export class Mount implements AsyncDisposable {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  /** A file system in memory of this size. */
  static async memory(scratch: Scratch, name: string, sizeBytes: number): Promise<Mount> {
    const directory = scratch.path(name)
    await mkdir(directory)
    await succeed(findTool('mount'), ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'lunkit', directory], { timeoutMs })
    return new Mount(directory)
  }

  /** An ext4 file system on a loop device whose medium is a file. */
  static async ext4(scratch: Scratch, name: string, medium: Ext4Medium): Promise<Mount> {
    const directory = scratch.path(name)
    await mkdir(directory, { recursive: true })
    if (medium.sizeBytes !== undefined) await makeFile(medium.file, medium.sizeBytes)
    if (medium.format || medium.sizeBytes !== undefined) await format(medium.file)
    const options = `loop,${medium.options ?? rareCommits}`
    await succeed(findTool('mount'), ['-o', options, medium.file, directory], { timeoutMs })
    return new Mount(directory)
  }

  /** An ext4 file system that is made on a device. */
  static async device(scratch: Scratch, name: string, device: string): Promise<Mount> {
    const directory = scratch.path(name)
    await mkdir(directory)
    await format(device)
    await succeed(findTool('mount'), [device, directory], { timeoutMs })
    return new Mount(directory)
  }

  path(name: string): string {
    return `${this.directory}/${name}`
  }

  /** Ends all writing at once, as ext4 does by itself when it meets an error. */
  async abort(): Promise<void> {
    await succeed(findTool('mount'), ['-o', 'remount,abort', this.directory], { timeoutMs })
  }

  /** A file system in memory has another size from now on. */
  async resize(sizeBytes: number): Promise<void> {
    await succeed(findTool('mount'), ['-o', `remount,size=${sizeBytes}`, this.directory], { timeoutMs })
  }

  async freeze(): Promise<void> {
    await succeed(findTool('fsfreeze'), ['--freeze', this.directory], { timeoutMs })
  }

  async thaw(): Promise<void> {
    await succeed(findTool('fsfreeze'), ['--unfreeze', this.directory], { timeoutMs })
  }

  /** Whoever still uses it goes on with what is left of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await succeed(findTool('umount'), ['--lazy', this.directory], { timeoutMs })
  }
}

/** The medium of a loop device. */
type Ext4Medium = {
  readonly file: string
  /** The file is made, sparse, and formatted. */
  readonly sizeBytes?: number
  /** The file is there, and is formatted. */
  readonly format?: boolean
  readonly options?: string
}

async function makeFile(file: string, sizeBytes: number): Promise<void> {
  const made = await open(file, 'wx')
  await made.truncate(sizeBytes)
  await made.close()
}

async function format(file: string): Promise<void> {
  await succeed(findTool('mke2fs'), ['-q', '-t', 'ext4', '-E', 'lazy_itable_init=1', file], { timeoutMs })
}
