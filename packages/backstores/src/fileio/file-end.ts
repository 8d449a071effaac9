import { fstat } from 'node:fs'
import { promisify } from 'node:util'
import { type Lengthening, makeLonger } from './file-creation.ts'

const statFd = promisify(fstat)

/** Where a file ends. What is asked goes through libuv's threads: a file system may hang. */
export interface FileEnd {
  /** The length of the file, in bytes. */
  find(): Promise<number>
  /** Makes the file longer, on stable storage; one that could not be has its old length again, as far as the system lets it. */
  extend(fromBytes: number, toBytes: number): Promise<void>
}

/** The end of an open file, and how what is new of it gets its space. */
export const endOf = (fd: number, how: Lengthening): FileEnd => ({
  async find() {
    return (await statFd(fd)).size
  },
  extend: (from, to) => makeLonger(fd, { from, to }, how),
})
