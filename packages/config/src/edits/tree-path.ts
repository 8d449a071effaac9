import type { PortalAddress } from '../portal-address.ts'
import { formatPortal } from '../portal-address.ts'

/** A TPG by target and number. */
export interface TpgAt {
  readonly target: string
  readonly tag: number
}

/** A node ACL by its TPG and initiator. */
export interface AclAt extends TpgAt {
  readonly initiator: string
}

/** Places in targetcli's tree, as messages and shells name them. */
export const treePath = {
  storage: (key: string): string => `/backstores/${key}`,
  alua: (key: string, group: string): string => `/backstores/${key}/alua/${group}`,
  target: (target: string): string => `/iscsi/${target}`,
  tpg: ({ target, tag }: TpgAt): string => `/iscsi/${target}/tpg${tag}`,
  lun: (at: TpgAt, lun: number): string => `${treePath.tpg(at)}/luns/lun${lun}`,
  portal: (at: TpgAt, portal: PortalAddress): string => `${treePath.tpg(at)}/portals/${formatPortal(portal)}`,
  acl: (at: AclAt): string => `${treePath.tpg(at)}/acls/${at.initiator}`,
  mappedLun: (at: AclAt, lun: number): string => `${treePath.acl(at)}/mapped_lun${lun}`,
} as const
