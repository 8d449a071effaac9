import { checkArgument, object, wholeNumber } from '@lunkit/wire'
import { libc } from './libc-access.ts'

const MEMORY = object('a SharedArrayBuffer', memory => memory instanceof SharedArrayBuffer)

/**
 * Gives the pages of a range of memory back to the system; it reads as zeroes then. Both numbers are multiples of the
 * page's size. Nothing happens where the system's library cannot be called.
 * @throws {TypeError} or {RangeError} for what is no part of the memory: what lies beside it is not ours.
 */
export function dropPages(memory: SharedArrayBuffer, offset: number, lengthBytes: number): void {
  checkArgument('dropPages: memory', memory, MEMORY)
  checkArgument('dropPages: offset', offset, wholeNumber(0, memory.byteLength))
  checkArgument('dropPages: lengthBytes', lengthBytes, wholeNumber(0, memory.byteLength - offset))
  const library = libc()
  library?.dropPages(library.addressOf(memory) + offset, lengthBytes)
}

/**
 * Gives the system back what the process's allocator keeps of freed memory. Nothing happens where the C library cannot,
 * or cannot be called.
 */
export function trimHeap(): void {
  libc()?.trimHeap()
}
