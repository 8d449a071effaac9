import { fstatSync } from 'node:fs'
import type { OpenedFile } from './file-opening.ts'

/** Whether the descriptor still leads to the file that was opened, and that has all of the bytes that are served. */
export function leadsToFile({ fd, stats: { dev, ino } }: OpenedFile, servedBytes: number): boolean {
  try {
    const now = fstatSync(fd, { bigint: true })
    return now.dev === dev && now.ino === ino && now.size >= BigInt(servedBytes)
  } catch {
    return false
  }
}
