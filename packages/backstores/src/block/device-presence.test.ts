import { closeSync, fstatSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreOpenError, StoreOpenReason } from '../store-open-error.ts'
import { DeviceFolder } from './device-folder.ts'
import type { OpenedDevice } from './device-opening.ts'
import { DevicePresence, type PresenceSystem } from './device-presence.ts'
import type { FoundDevice } from './device-search.ts'

const opening = { path: '/dev/disk/by-id/it', readOnly: false, exclusive: true, direct: true }

let root: string
let held: DisposableStack
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lunkit-presence-'))
  held = new DisposableStack()
  mkdirSync(join(root, 'dev/block'), { recursive: true })
})
afterEach(() => {
  held.dispose()
  rmSync(root, { recursive: true })
})

/** A device as the kernel shows it, of 4 MiB. */
function folderOf(name: string, number: `${number}:${number}`): DeviceFolder {
  mkdirSync(join(root, name, 'device'), { recursive: true })
  writeFileSync(join(root, name, 'size'), '8192\n')
  writeFileSync(join(root, name, 'device/wwid'), 'naa.5001\n')
  symlinkSync(join(root, name), join(root, 'dev/block', number))
  return new DeviceFolder(number, root)
}

function opened(name: string, number: `${number}:${number}`): OpenedDevice {
  const fd = openSync(join(folderOf(name, number).path, 'size'), 'r')
  return { fd, witnessFd: undefined, number, folder: new DeviceFolder(number, root), sequence: '1' } as OpenedDevice
}

/** A presence, what it finds of its device, and what is heard of it. */
function setUp() {
  const device = opened('sda', '8:0')
  held.defer(() => closeSync(device.fd))
  const heard: string[] = []
  const now = { isThere: true, isIdle: true, isOpen: true, found: {} as FoundDevice }
  const asked: string[] = []
  const system: PresenceSystem = {
    isThere: () => now.isThere,
    search: () => Promise.resolve(now.found),
    open: ({ path }) => {
      asked.push(path)
      if (path === '/dev/held')
        return Promise.reject(new StoreOpenError(path, StoreOpenReason.locked, { text: 'held' }))
      return Promise.resolve(opened(`sd${asked.length}`, `8:${16 * asked.length}`))
    },
    replace: (fd, by) => {
      heard.push(`${fd === device.fd} ${fstatSync(by).isCharacterDevice() ? 'nowhere' : 'found'}`)
      return true
    },
  }
  const user = () => ({
    ...now,
    sizeBytes: 8192 * 512,
    health: {
      isIdle: now.isIdle,
      deviceGone: () => void heard.push('gone'),
      deviceBack: (path: string) => void heard.push(`back ${path}`),
      deviceRefused: (why: string) => void heard.push(`refused ${why}`),
    },
  })
  return { presence: new DevicePresence({ opening, device, user, system }), heard, now, asked }
}

describe('the presence of a device', () => {
  it('is how long it is', async () => {
    const { presence, heard } = setUp()
    expect(await presence.find()).toBe(8192 * 512)
    expect(heard).toEqual([])
  })

  it('ends when it has gone, and begins again when it is back: the descriptor leads there, under its number', async () => {
    const { presence, heard, now, asked } = setUp()
    now.isThere = false
    await expect(presence.find()).rejects.toThrow('the device has gone')
    expect(heard).toEqual(['gone', 'true nowhere'])
    await expect(presence.find()).rejects.toThrow('gone')
    expect(asked).toEqual([])
    now.found = { node: '/dev/sdq' }
    now.isThere = true
    expect(await presence.find()).toBe(8192 * 512)
    expect(await presence.find()).toBe(8192 * 512)
    expect([asked, heard.slice(2)]).toEqual([['/dev/sdq'], ['true found', 'back /dev/sdq']])
  })

  it('is not given up while something that uses it is under way', async () => {
    const { presence, heard, now } = setUp()
    now.isThere = false
    now.isIdle = false
    now.found = { node: '/dev/sdq' }
    for (let look = 0; look < 2; look++) await expect(presence.find()).rejects.toThrow('gone')
    expect(heard).toEqual(['gone'])
    now.isIdle = true
    await presence.find()
    expect(heard).toEqual(['gone', 'true nowhere', 'true found', 'back /dev/sdq'])
  })

  it('does not begin again with what is another one, or cannot be opened: why is told once', async () => {
    const { presence, heard, now } = setUp()
    now.isThere = false
    now.found = { why: 'it has 1 bytes' }
    for (let look = 0; look < 2; look++) await expect(presence.find()).rejects.toThrow('gone')
    now.found = { node: '/dev/held' }
    for (let look = 0; look < 2; look++) await expect(presence.find()).rejects.toThrow('gone')
    expect(heard.slice(2)).toEqual(['refused it has 1 bytes', 'refused cannot open /dev/held: held'])
  })

  it('does not begin again when its store is closed meanwhile', async () => {
    const { presence, heard, now, asked } = setUp()
    now.isThere = false
    now.found = { node: '/dev/sdq' }
    now.isOpen = false
    await expect(presence.find()).rejects.toThrow('gone')
    expect([asked, heard]).toEqual([['/dev/sdq'], ['gone', 'true nowhere']])
  })

  it('is not asked for when a lane is back while the device has gone', () => {
    const { presence, heard, now } = setUp()
    // The descriptor is that of a file.
    expect(presence.isSame(512)).toBe(false)
    now.isThere = false
    expect([presence.isSame(512), presence.isSame(512), heard]).toEqual([true, true, ['gone']])
  })
})
