import { readlinkSync, writeSync } from 'node:fs'
import { expect, it } from 'vitest'
import { EventDescriptor } from './event-descriptor.ts'
import type { Libc } from './libc.ts'
import { libc } from './libc-access.ts'

const library = libc() as Libc
const one = new Uint8Array(new BigUint64Array([1n]).buffer)
const turn = () => new Promise(resolve => setTimeout(resolve, 5))

it('an eventfd is heard each time that somebody adds to it, until it is closed', async () => {
  let heard = 0
  const event = EventDescriptor.open(library, () => heard++)
  expect(readlinkSync(`/proc/self/fd/${event.fd}`)).toBe('anon_inode:[eventfd]')
  for (let times = 1; times < 4; times++) {
    writeSync(event.fd, one)
    await expect.poll(() => heard).toBe(times)
  }
  writeSync(event.fd, one)
  event.close()
  await turn()
  expect(heard).toBe(3)
})

it.each<[string, Partial<Libc>, string, number[]]>([
  ['a socket', { socket: () => -24 }, 'a socket could not be made: error 24', []],
  [
    'a place for it',
    { socket: () => library.socket(), event: () => 78, replace: () => -16 },
    'an eventfd could not be put into the place of a socket: error 16',
    [78],
  ],
  ['an eventfd', { socket: () => 77, event: () => -24 }, 'an eventfd could not be made: error 24', [77]],
])('without %s there is none, and nothing is left', (_, given, message, left) => {
  const closed: number[] = []
  const scripted = { ...given, close: (fd: number) => closed.push(fd) } as unknown as Libc
  expect(() => EventDescriptor.open(scripted, () => {})).toThrow(message)
  expect(closed).toEqual(left)
})
