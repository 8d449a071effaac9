import { readFileSync } from 'node:fs'

/** Descriptors that are left to lunkitd itself: threads, the log, files that are opened anew. */
const OWN_FILES = 64
/** Descriptors of one storage object: its file, and a second opening for direct I/O. */
const FILES_OF_STORAGE = 2

/** How many files the process may have open. Node raises the limit as far as it may go when it starts. */
export function readOpenFilesLimit(limits = readFileSync('/proc/self/limits', 'utf8')): number {
  const [, soft] = /^Max open files\s+(\w+)/m.exec(limits) ?? []
  return soft === undefined || soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
}

/** How many connections there are descriptors for, beside those of so many storage objects. */
export function connectionsThatFit(openFiles: number, storageObjects: number): number {
  return Math.max(1, openFiles - OWN_FILES - storageObjects * FILES_OF_STORAGE)
}
