import { randomBytes } from 'node:crypto'
import { nodeAccess, type PortalAddress } from '@lunkit/target'
import { derivedSuffix } from './derived-names.ts'
import type { Disk, FlushFailure } from './disk.ts'
import { DiskServer } from './disk-server.ts'
import { checkLun, checkTargetOptions } from './option-checks.ts'
import type { LoginParameters, LunOptions, TargetOptions } from './target-options.ts'
import { lunUrl } from './url.ts'

/** How the name of a target begins that is not given one. */
const DEFAULT_TARGET_NAME = 'iqn.2026-11.io.lunkit:target'
const SUFFIX_BYTES = 6

/** What is offered in a login unless a target is told otherwise: both digests, and no round trip that could be saved. */
export const DEFAULT_LOGIN_PARAMETERS: LoginParameters = {
  HeaderDigest: ['CRC32C', 'None'],
  DataDigest: ['CRC32C', 'None'],
  InitialR2T: false,
  ImmediateData: true,
  MaxRecvDataSegmentLength: 262_144,
  MaxBurstLength: 1_048_576,
  FirstBurstLength: 262_144,
  MaxOutstandingR2T: 8,
}

const PORTAL_GROUP_TAG = 1

/** Where a target is, as `connect` takes it. */
export interface TargetAddress extends PortalAddress {
  readonly target: string
}

/** A target that serves until it is closed. */
export class LunkitTarget implements AsyncDisposable {
  readonly name: string
  /** Where it listens, with the port that was found. */
  readonly address: TargetAddress
  readonly server: DiskServer
  /** The disks by LUN. */
  readonly disks: readonly Disk[]

  /** @internal see createTarget */
  constructor({ host, port, target }: TargetAddress, server: DiskServer, disks: readonly Disk[]) {
    this.name = target
    this.address = { host, port, target }
    this.server = server
    this.disks = disks
  }

  /**
   * A logical unit as `connect`, libiscsi and QEMU take it: `iscsi://127.0.0.1:3260/iqn.2026-11.com.example:disk/0`.
   * @throws {RangeError} or {TypeError} for a LUN that the target does not have.
   */
  url(lun = 0): string {
    checkLun(lun, this.disks.length)
    return lunUrl(this.address, this.name, lun)
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
  const {
    luns,
    portal = { host: '127.0.0.1', port: 0 },
    name = madeName(portal),
    initiators,
    parameters,
    ...rest
  } = options
  const server = new DiskServer(rest)
  try {
    const disks: Disk[] = []
    for (const [lun, storage] of luns.entries()) disks.push(await server.open(storage, `disk${lun}`, name))
    const seen = luns.map(({ readOnly = false }, lun) => ({ lun, disk: disks[lun] as Disk, writeProtected: readOnly }))
    await server.serve({ name, portalGroups: [portalGroup({ initiators, parameters, portal, luns: seen })] })
    const { host, port } = server.addressOf(portal) ?? portal
    return new LunkitTarget({ host, port, target: name }, server, disks)
  } catch (error) {
    await server.close()
    throw error
  }
}

/** A port that is any free one leads nobody back to the target: its name need not stay, only be its own. */
function madeName({ host, port }: PortalAddress): string {
  const suffix = port === 0 ? randomBytes(SUFFIX_BYTES).toString('hex') : derivedSuffix(['target', host, String(port)])
  return `${DEFAULT_TARGET_NAME}.${suffix}`
}

interface Group {
  readonly initiators: readonly string[] | undefined
  readonly parameters: LoginParameters | undefined
  readonly portal: PortalAddress
  readonly luns: readonly LunOptions[]
}

function portalGroup({ initiators, parameters, portal, luns }: Group) {
  return {
    tag: PORTAL_GROUP_TAG,
    portals: [portal],
    access: accessOf(initiators),
    luns,
    parameters: { ...DEFAULT_LOGIN_PARAMETERS, ...parameters },
  }
}

/** Those that are named, or all where nobody is. */
function accessOf(initiators: readonly string[] | undefined) {
  const acls = Object.fromEntries((initiators ?? []).map(name => [name, {}]))
  return nodeAccess({ acls, generateNodeAcls: initiators === undefined })
}
