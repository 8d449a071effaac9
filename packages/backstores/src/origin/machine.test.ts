import { describe, expect, it } from 'vitest'
import { machineId, thisMachine } from './machine.ts'

const ID = '3d1219c7c4c5404aaa1f6d2a48adfda4'

/** A machine with these files and this name. */
function machine(files: Readonly<Record<string, string>>, name = 'host1') {
  const readText = (path: string): string => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  }
  return { readText, hostname: () => name }
}

describe('the machine', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['machine-id(5)', { '/etc/machine-id': `${ID}\n` }, ID],
    ['the older place of it', { '/var/lib/dbus/machine-id': ID }, ID],
    [
      'the older place, where the first is not filled in yet',
      { '/etc/machine-id': 'uninitialized\n', '/var/lib/dbus/machine-id': ID },
      ID,
    ],
    ['nothing, where the file is empty', { '/etc/machine-id': '' }, undefined],
    ['nothing, in a container without the file', {}, undefined],
  ])('is known by %s', (_by, files, id) => {
    expect(machineId(machine(files))).toBe(id)
  })

  it.each([
    ['copies of one machine that have names of their own', { '/etc/machine-id': ID }, { '/etc/machine-id': ID }],
    ['containers without an identifier', {}, {}],
  ])('is told from others by its host name too: %s', (_what, one, other) => {
    expect(thisMachine(machine(one, 'host1'))).not.toBe(thisMachine(machine(other, 'host2')))
  })
})
