import { type BigIntStats, readFileSync } from 'node:fs'

/** `1: OFDLCK ADVISORY  WRITE -1 08:01:1234 0 EOF`: proc(5). Device numbers are hexadecimal, the inode is not. */
const LOCK = /^\d+: (?:OFDLCK|POSIX) +\w+ +(READ|WRITE) +-?\d+ ([\da-f]+):([\da-f]+):(\d+) /

/** A device number in parts, as glibc's major() and minor() take it apart. */
const majorOf = (dev: bigint): bigint => ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n)
const minorOf = (dev: bigint): bigint => (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n)

/**
 * The kinds of record lock that anybody holds on a file, as far as /proc/locks shows them: for where fcntl cannot be called. What
 * is locked a moment later is not seen.
 */
export function seenLocks({ dev, ino }: BigIntStats): readonly string[] {
  const place = `${majorOf(dev)}:${minorOf(dev)}:${ino}`
  return readLocks().flatMap(line => {
    const [, kind, major, minor, inode] = LOCK.exec(line) ?? []
    return kind !== undefined && `${Number(`0x${major}`)}:${Number(`0x${minor}`)}:${inode}` === place ? [kind] : []
  })
}

function readLocks(): readonly string[] {
  try {
    return readFileSync('/proc/locks', 'utf8').split('\n')
  } catch {
    return []
  }
}
