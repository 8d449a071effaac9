import { type ConnectOptions, connect, type LogicalUnit, type Session } from 'lunkit'

/** Where a LUN is. */
export interface LunAddress {
  readonly host: string
  readonly port: number
  readonly target: string
  readonly lun: number
}

/** What an `iscsi://HOST:PORT/IQN/LUN` line of standard output says. */
export function addressOf(url: string): LunAddress {
  const { host, port, target, lun } =
    /^iscsi:\/\/(?<host>.+):(?<port>\d+)\/(?<target>[^/]+)\/(?<lun>\d+)$/.exec(url)?.groups ?? {}
  if (host === undefined || target === undefined) throw new Error(`${url} is not iscsi://HOST:PORT/IQN/LUN`)
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port), target, lun: Number(lun) }
}

/** The portal of such a line, for who asks there what is served. */
export function portalOf(url: string): Pick<LunAddress, 'host' | 'port'> {
  const { host, port } = addressOf(url)
  return { host, port }
}

/** Logs in to the LUN of a URL, past its unit attentions, and out again when `use` is done. */
export async function withLun<T>(
  url: string,
  use: (lun: LogicalUnit, session: Session) => Promise<T>,
  options: Partial<ConnectOptions> = {},
): Promise<T> {
  const { lun, ...address } = addressOf(url)
  await using session = await connect({ ...address, ...options })
  const unit = session.lun(lun)
  await unit.ready()
  return await use(unit, session)
}

/** A block of 512 bytes of one value. */
export const block = (byte: number): Buffer => Buffer.alloc(512, byte)
