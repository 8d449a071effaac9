import {
  type ConnectOptions,
  connect,
  DiskServer,
  type DiskServerOptions,
  type PortalAddress,
  ramdisk,
  type Session,
  type Step,
} from 'lunkit'

/** The target of tests of the tree. */
export const TREE_TARGET = 'iqn.2026-11.com.example:tree'
const PORTAL = { host: '127.0.0.1', port: 0 }
const OF = { target: TREE_TARGET, tag: 1 } as const
const DISK_BYTES = 65_536

/** Steps in few words. */
export const step = {
  open: (disk: string): Step => ({
    kind: 'openDisk',
    disk,
    storage: ramdisk({ name: disk, sizeBytes: DISK_BYTES, identity: { serial: `serial-${disk}` } }),
  }),
  close: (disk: string): Step => ({ kind: 'closeDisk', disk }),
  map: (lun: number, disk: string, more: { initiator?: string; writeProtected?: boolean } = {}): Step => ({
    kind: 'mapLun',
    ...OF,
    initiator: undefined,
    lun,
    disk,
    ...more,
  }),
  unmap: (lun: number, initiator?: string): Step => ({ kind: 'unmapLun', ...OF, initiator, lun }),
  acl: (kind: 'addAcl' | 'removeAcl', initiator: string): Step => ({ kind, ...OF, initiator }),
  demoMode: (open: boolean): Step => ({ kind: 'setDemoMode', ...OF, access: open ? {} : undefined }),
  portal: (kind: 'openPortal' | 'closePortal', portal: PortalAddress): Step => ({ kind, ...OF, portal }),
  removeTarget: (): Step => ({ kind: 'removeTarget', target: TREE_TARGET }),
}

/** A target that lets everybody in, with a disk as LUN 0. */
export const FIRST: readonly Step[] = [
  { kind: 'addTarget', target: TREE_TARGET },
  { kind: 'addGroup', ...OF, settings: {} },
  step.demoMode(true),
  step.open('a'),
  step.map(0, 'a'),
  step.portal('openPortal', PORTAL),
]

/** A server whose tree a test changes. */
export class TreeServer implements AsyncDisposable {
  readonly server: DiskServer

  private constructor(options: DiskServerOptions) {
    this.server = new DiskServer(options)
  }

  static async start(options: DiskServerOptions = {}): Promise<TreeServer> {
    const started = new TreeServer(options)
    await started.apply(...FIRST)
    return started
  }

  async apply(...steps: readonly Step[]): Promise<void> {
    await this.server.tree.apply(steps)
  }

  get address(): PortalAddress {
    return this.server.addressOf(PORTAL) ?? PORTAL
  }

  connect(options: Partial<ConnectOptions> = {}): Promise<Session> {
    return connect({ ...this.address, target: TREE_TARGET, ...options })
  }

  /** What an initiator that logs in now sees: the serial number of each LUN. */
  async seen(initiatorName?: string): Promise<Readonly<Record<number, string>>> {
    await using session = await this.connect(initiatorName === undefined ? {} : { initiatorName })
    return await seenBy(session)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close()
  }
}

/** What a session sees now. */
export async function seenBy(session: Session): Promise<Readonly<Record<number, string>>> {
  const seen: Record<number, string> = {}
  for (const lun of await session.lun(0).reportLuns()) {
    const { body } = await session.lun(lun).vitalProductData(0x80)
    seen[lun] = Buffer.from(body)
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
  }
  return seen
}
