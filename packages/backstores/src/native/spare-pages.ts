import { libc } from './libc.ts'

/**
 * Gives the pages of a range of memory back to the system; it reads as zeroes then. Both numbers are multiples of the
 * page's size. Nothing happens where the system's library cannot be called.
 */
export function dropPages(memory: SharedArrayBuffer, offset: number, lengthBytes: number): void {
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
