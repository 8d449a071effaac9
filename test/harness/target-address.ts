/** Where a logical unit is served. */
export type TargetAddress = {
  readonly host: string
  readonly port: number
  readonly iqn: string
  readonly lun: number
}

/** Reads `iscsi://HOST:PORT/IQN/LUN`, the form that libiscsi, QEMU and lunkitd's standard output share. */
export function parseTargetAddress(url: string): TargetAddress {
  const match = /^iscsi:\/\/([^/]+):(\d+)\/([^/]+)\/(\d+)$/.exec(url)
  const [, host, port, iqn, lun] = match ?? []
  if (host === undefined || port === undefined || iqn === undefined || lun === undefined) {
    throw new Error(`"${url}" is not a URL of a logical unit: iscsi://HOST:PORT/IQN/LUN was expected`)
  }
  return { host, port: Number(port), iqn, lun: Number(lun) }
}
