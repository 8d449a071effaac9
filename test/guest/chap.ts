import type { TargetAddress } from '../harness/target-address.ts'
import { logout, nodeLogin, portal, type SessionSettings, updated } from './open-iscsi.ts'

/** Who an initiator is by CHAP, who the target has to be, and by which hash. */
export type Chap = {
  readonly user: string
  readonly secret: string
  /** Left out where the target has nothing to prove. */
  readonly target?: { readonly user: string; readonly secret: string } | undefined
  /** In open-iscsi's words: MD5, its own default, SHA1, SHA256 or SHA3-256. */
  readonly algorithm?: string
}

/** The settings of a session that begins by CHAP, or without, whatever an earlier one had set. */
export function chapSettings(chap: Chap | undefined): SessionSettings {
  return { ...credentials('node.session.auth', chap), ...hash(chap) }
}

/** Script: logs in and out again; its exit code, and what it prints, are those of the login. */
export function tryLogin(target: TargetAddress, chap: Chap | undefined): string {
  return `
    ${nodeLogin(target, chapSettings(chap))}
    code=$?
    [ $code != 0 ] || ( ${logout(target)} ) > /dev/null
    exit $code`
}

/** Script: asks a portal for its targets, by CHAP or without. */
export function discoverBy(target: TargetAddress, chap: Chap | undefined): string {
  const record = `iscsiadm -m discoverydb -t sendtargets -p ${portal(target)}`
  return `
    ${record} -o new > /dev/null
    ${updated(record, { ...credentials('discovery.sendtargets.auth', chap), ...hash(chap) })}
    ${record} --discover`
}

function credentials(at: string, chap: Chap | undefined): SessionSettings {
  return {
    [`${at}.authmethod`]: chap ? 'CHAP' : 'None',
    [`${at}.username`]: chap?.user ?? '',
    [`${at}.password`]: chap?.secret ?? '',
    [`${at}.username_in`]: chap?.target?.user ?? '',
    [`${at}.password_in`]: chap?.target?.secret ?? '',
  }
}

/** Release 2.1.8 has it under this name in the records of portals too. */
function hash(chap: Chap | undefined): SessionSettings {
  return { 'node.session.auth.chap_algs': chap?.algorithm ?? 'MD5' }
}
