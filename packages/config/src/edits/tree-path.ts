import { isIscsiName, normalizeIscsiName } from '../names.ts'
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

/** The same place with the target's name as it is compared. */
export function normalTpg<T extends TpgAt>(at: T): T {
  return { ...at, target: normalizeIscsiName(at.target) }
}

/** The same with the initiator's name too; an ACL may also be named by the tag of its group, which is no iSCSI name. */
export function normalAcl<T extends AclAt>(at: T): T {
  const { initiator } = at
  return { ...normalTpg(at), initiator: isIscsiName(initiator) ? normalizeIscsiName(initiator) : initiator }
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
