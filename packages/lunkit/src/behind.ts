import type { Storage } from './storage.ts'

/** The same disk with another store before its own, which `open` opens; `differs` is what else it has of its own. */
export function behind(
  disk: Storage,
  open: Storage['open'],
  differs: Partial<Pick<Storage, 'readOnly' | 'adapt'>> = {},
): Storage {
  const { makeSerial, readOnly } = disk
  return {
    name: disk.name,
    ...(readOnly !== undefined && { readOnly }),
    unit: store => disk.unit(store),
    open,
    ...(makeSerial && { makeSerial: () => makeSerial.call(disk) }),
    ...differs,
  }
}
