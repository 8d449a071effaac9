import type { FileHandle } from 'node:fs/promises'
import { open, readFile } from 'node:fs/promises'
import { deviceNumber } from '../../device-number.ts'
import { Refusal } from '../../refusal.ts'
import type { Sink, Source } from './ends.ts'

/** So many zeroes of a file are left out of it. */
const HOLE_BYTES = 65_536
/** The unit of /sys/dev/block/.../size, whatever the device's blocks are. */
const SECTOR_BYTES = 512

/** What an open file is. @throws {Refusal} for what has no places to read from or write to, such as a pipe. */
async function sizeOf(
  handle: FileHandle,
  path: string,
): Promise<{ readonly sizeBytes: number; readonly isFile: boolean }> {
  const found = await handle.stat()
  if (found.isFIFO() || found.isSocket() || found.isDirectory())
    throw new Refusal(`${path} is no file and no block device`, {
      explanation: 'Right is one that is, or "-" with it as standard input or output.',
    })
  if (!found.isBlockDevice()) return { sizeBytes: found.size, isFile: found.isFile() }
  const sectors = await readFile(`/sys/dev/block/${deviceNumber(found.rdev)}/size`, 'utf8')
  return { sizeBytes: Number(sectors) * SECTOR_BYTES, isFile: false }
}

async function opened(path: string, flags: string, wrong: string): Promise<FileHandle> {
  try {
    return await open(path, flags)
  } catch (error) {
    throw new Refusal(`${wrong} ${path}`, { explanation: (error as Error).message })
  }
}

/** Nothing is left open where it goes no further. */
const closing =
  (handle: FileHandle) =>
  async (error: unknown): Promise<never> => {
    await handle.close()
    throw error
  }

/** A file of this machine, or a block device. */
export class FileEnd implements Source, Sink {
  readonly name: string
  readonly sizeBytes: number
  readonly isSequential = false
  readonly grainBytes = 1
  readonly zeroGrainBytes: number | undefined
  readonly #handle: FileHandle

  private constructor(handle: FileHandle, name: string, has: { readonly sizeBytes: number; readonly isNew: boolean }) {
    this.#handle = handle
    this.name = name
    this.sizeBytes = has.sizeBytes
    this.zeroGrainBytes = has.isNew ? HOLE_BYTES : undefined
  }

  /** @throws {Refusal} where it cannot be read. */
  static async toRead(path: string): Promise<FileEnd> {
    const handle = await opened(path, 'r', 'Cannot read')
    const { sizeBytes } = await sizeOf(handle, path).catch(closing(handle))
    return new FileEnd(handle, path, { sizeBytes, isNew: false })
  }

  /**
   * What is in a file goes first, and it gets its length at once where that is known, so that what is not written is a hole; a
   * block device stays as it is.
   * @throws {Refusal} where it cannot be written.
   */
  static async toWrite(path: string, lengthBytes: number | undefined): Promise<FileEnd> {
    const handle = await opened(path, 'a+', 'Cannot write')
    const { isFile, sizeBytes } = await sizeOf(handle, path).catch(closing(handle))
    await handle.close()
    const again = await opened(path, isFile ? 'w+' : 'r+', 'Cannot write')
    if (isFile && lengthBytes !== undefined) await again.truncate(lengthBytes)
    return new FileEnd(again, path, { sizeBytes, isNew: isFile && lengthBytes !== undefined })
  }

  async read(memory: Uint8Array, offset: number): Promise<number> {
    let got = 0
    while (got < memory.length) {
      const { bytesRead } = await this.#handle.read(memory, got, memory.length - got, offset + got)
      if (bytesRead === 0) break
      got += bytesRead
    }
    return got
  }

  async write(data: Uint8Array, offset: number): Promise<void> {
    for (let put = 0; put < data.length; ) {
      const { bytesWritten } = await this.#handle.write(data, put, data.length - put, offset + put)
      put += bytesWritten
    }
  }

  // It is a hole since the file was made.
  async zero(): Promise<void> {}

  get readBack(): Source['read'] {
    return (memory, offset) => this.read(memory, offset)
  }

  async flush(): Promise<void> {
    await this.#handle.sync().catch((error: NodeJS.ErrnoException) => {
      // What has nothing to be made durable: /dev/null.
      if (error.code !== 'EINVAL') throw error
    })
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
