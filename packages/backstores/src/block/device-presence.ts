import { close, closeSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Descriptor } from '../descriptor/descriptor.ts'
import type { FileEnd } from '../fileio/file-end.ts'
import { errno } from '../native/errno.ts'
import { libc } from '../native/libc-access.ts'
import type { StoreOpenError } from '../store-open-error.ts'
import { endOfDevice } from './device-end.ts'
import { type DevicePassport, differenceOf, isSameDevice, isThere, passportOf } from './device-identity.ts'
import { type DeviceOpening, type OpenedDevice, openDevice } from './device-opening.ts'
import { type FoundDevice, searchDevice } from './device-search.ts'

const closeFd = promisify(close)
/** Where a descriptor leads while its device is away, so that the kernel can let go of that, and give its name to what comes. */
const NOWHERE = '/dev/null'

/** The descriptor in so far as it matters whether its device is there. */
interface DeviceUser {
  readonly isOpen: boolean
  readonly sizeBytes: number
  readonly health: Pick<Descriptor['health'], 'isIdle' | 'deviceGone' | 'deviceBack' | 'deviceRefused'>
}

/** How the kernel is asked, unless a test does that. */
export interface PresenceSystem {
  readonly isThere: (device: OpenedDevice) => boolean
  readonly search: (path: string, was: DevicePassport) => Promise<FoundDevice>
  readonly open: (opening: DeviceOpening) => Promise<OpenedDevice>
  /** Has a descriptor lead where another one does; false where that cannot be. */
  readonly replace: (fd: number, by: number) => boolean
}

const SYSTEM: PresenceSystem = {
  isThere,
  search: searchDevice,
  open: openDevice,
  replace: (fd, by) => (libc()?.replace(fd, by) ?? -1) >= 0,
}

/** What a presence is about. */
export interface PresenceParts {
  readonly opening: DeviceOpening
  readonly device: OpenedDevice
  readonly user: () => DeviceUser
  readonly system?: PresenceSystem
}

/**
 * Whether a device is there. One that has gone is looked for until it is back: the same one, by what it says of itself and its size. Then
 * it is opened anew, and the descriptor, which keeps its number, leads to it again.
 */
export class DevicePresence implements FileEnd {
  readonly #parts: PresenceParts
  readonly #system: PresenceSystem
  /** What it was when it was opened; since then it may have become another size. */
  readonly #opened: DevicePassport
  #device: OpenedDevice
  #state: 'there' | 'gone' | 'released' = 'there'
  #why: string | undefined

  constructor(parts: PresenceParts) {
    const { device, system = SYSTEM } = parts
    this.#parts = parts
    this.#system = system
    this.#device = device
    this.#opened = passportOf(device.folder)
  }

  /** Whether the descriptor leads to what was opened, or the device has gone, so that nobody asks that. */
  isSame(servedBytes: number): boolean {
    if (this.#state !== 'there' || isSameDevice(this.#device, servedBytes)) return true
    if (this.#system.isThere(this.#device)) return false
    this.#leave()
    return true
  }

  /** How long the device is. Looks for it where it has gone. */
  async find(): Promise<number> {
    if (this.#state === 'there' && !this.#system.isThere(this.#device)) this.#leave()
    if (this.#state === 'gone') this.#release()
    if (this.#state === 'released') await this.#lookForIt()
    if (this.#state !== 'there') throw Object.assign(new Error('the device has gone'), { errno: -errno.ENODEV })
    return endOfDevice(this.#device.folder).find()
  }

  extend(): Promise<void> {
    return endOfDevice(this.#device.folder).extend(0, 0)
  }

  #leave(): void {
    this.#state = 'gone'
    this.#parts.user().health.deviceGone()
  }

  /** Once nothing uses it any more, the descriptor leads nowhere. */
  #release(): void {
    if (!this.#parts.user().health.isIdle) return
    const nowhere = openSync(NOWHERE, 'r')
    const { fd, witnessFd } = this.#device
    const isReleased = this.#system.replace(fd, nowhere)
    if (isReleased && witnessFd !== undefined) this.#system.replace(witnessFd, nowhere)
    closeSync(nowhere)
    if (isReleased) this.#state = 'released'
    else this.#refuse('without koffi it cannot be opened anew; start lunkitd again')
  }

  async #lookForIt(): Promise<void> {
    const { opening, user } = this.#parts
    const was = { ...this.#opened, sizeBytes: user().sizeBytes }
    const { node, why } = await this.#system.search(opening.path, was)
    if (why !== undefined) this.#refuse(why)
    if (node === undefined) return
    try {
      await this.#take(node, await this.#system.open({ ...opening, path: node }), was)
    } catch (error) {
      this.#refuse((error as StoreOpenError).message)
    }
  }

  async #take(node: string, found: OpenedDevice, was: DevicePassport): Promise<void> {
    const { fd, witnessFd } = this.#device
    const { isOpen, health } = this.#parts.user()
    // Another one may have come in its place between the look and the opening.
    if (isOpen && differenceOf(passportOf(found.folder), was) === undefined && this.#system.replace(fd, found.fd)) {
      if (witnessFd !== undefined) this.#system.replace(witnessFd, found.witnessFd ?? found.fd)
      this.#device = { ...found, fd, witnessFd }
      this.#state = 'there'
      this.#why = undefined
      health.deviceBack(node)
    }
    await closeFd(found.fd)
    if (found.witnessFd !== undefined) await closeFd(found.witnessFd)
  }

  /** Tells why what is there is not served: once, as long as it stays the same. */
  #refuse(why: string): void {
    if (why === this.#why) return
    this.#why = why
    this.#parts.user().health.deviceRefused(why)
  }
}
