import type { PortalAddress } from '@lunkit/target'
import type { Disk, FlushFailure } from './disk.ts'
import { DiskServer } from './disk-server.ts'
import type { ServerEvent } from './event-feed.ts'
import { LOCAL_PORTAL, madeName, PORTAL_GROUP_TAG } from './new-target.ts'
import { checkTargetOptions } from './option-checks.ts'
import { ServedTarget } from './served-target.ts'
import type { TargetOptions } from './target-options.ts'

/** Where a target is, as `connect` takes it. */
export interface TargetAddress extends PortalAddress {
  readonly target: string
}

/** A target with a server of its own, which serves until it is closed. */
export class LunkitTarget extends ServedTarget implements AsyncDisposable {
  /** Where it listens, with the port that was found. */
  readonly address: TargetAddress
  readonly server: DiskServer

  /** @internal see createTarget */
  constructor({ host, port, target }: TargetAddress, server: DiskServer) {
    super(server, target, PORTAL_GROUP_TAG)
    this.server = server
    this.address = { host, port, target }
  }

  /** The disks, in the order of their LUNs. */
  get disks(): readonly Disk[] {
    return this.luns.map(({ disk }) => disk)
  }

  /** What goes on, from now on; see DiskServer.events. */
  get events(): AsyncIterableIterator<ServerEvent, undefined> {
    return this.server.events
  }

  /** What was counted. */
  get statistics(): DiskServer['statistics'] {
    return this.server.statistics
  }

  /** Ends it, see DiskServer.close; resolves with the disks that could not be flushed. */
  close(): Promise<readonly FlushFailure[]> {
    return this.server.close()
  }

  /** @throws {AggregateError} when a disk could not be flushed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }
}

/**
 * Opens disks and serves them.
 * @throws {TypeError} or {RangeError} for options that cannot be; nothing was opened then. {StoreOpenError} or {RangeError} for a disk that cannot be, {DuplicateIdentityError} for a disk or a target that would
 * have the identity of another one of this process, {AggregateError} when the portal cannot be opened; nothing is left open then.
 */
export async function createTarget(options: TargetOptions): Promise<LunkitTarget> {
  checkTargetOptions(options)
  const { luns, portal = LOCAL_PORTAL, name = madeName(portal), alias, initiators, parameters, ...rest } = options
  const server = new DiskServer(rest)
  const shown = {
    ...(alias !== undefined && { alias }),
    ...(initiators && { initiators }),
    ...(parameters && { parameters }),
  }
  try {
    await server.addTarget({ luns, portal, name, ...shown })
    const { host, port } = server.addressOf(portal) ?? portal
    return new LunkitTarget({ host, port, target: name }, server)
  } catch (error) {
    await server.close()
    throw error
  }
}
