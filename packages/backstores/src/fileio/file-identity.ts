import { fstatSync } from 'node:fs'
import type { OpenedFile } from './file-opening.ts'

/** Whether the descriptors still lead to the file that was opened, and that has all of the bytes that are served. */
export function leadsToFile({ fd, direct, stats: { dev, ino } }: OpenedFile, servedBytes: number): boolean {
  const leads = (each: number): boolean => {
    const now = fstatSync(each, { bigint: true })
    return now.dev === dev && now.ino === ino && now.size >= BigInt(servedBytes)
  }
  try {
    return leads(fd) && (direct === undefined || leads(direct.fd))
  } catch {
    return false
  }
}
