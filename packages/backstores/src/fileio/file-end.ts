import { fstat, ftruncate } from 'node:fs'
import { promisify } from 'node:util'
import { makeLonger } from './file-creation.ts'

const statFd = promisify(fstat)
const truncateFd = promisify(ftruncate)

/** Where a file ends. What is asked goes through libuv's threads: a file system may hang. */
export interface FileEnd {
  /** The length of the file, in bytes. */
  find(): Promise<number>
  /** Makes the file longer, on stable storage; one that could not be has its old length again, as far as the system lets it. */
  extend(fromBytes: number, toBytes: number): Promise<void>
}

/** The end of an open file. */
export const endOf = (fd: number): FileEnd => ({
  async find() {
    return (await statFd(fd)).size
  },
  async extend(fromBytes, toBytes) {
    try {
      await makeLonger(fd, toBytes)
    } catch (error) {
      await truncateFd(fd, fromBytes).catch(() => {})
      throw error
    }
  },
})
