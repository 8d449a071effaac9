import { comparedName, LoginStatus, type Offers, saidPair, saidText } from '@lunkit/pdu'
import { PIECE_BYTES } from '@lunkit/scsi/transport'
import type { InitiatorAccess } from '../server/access.ts'
import type { Directory } from '../server/directory.ts'
import type { LoginProof } from '../server/login-proof.ts'
import { formatAddress, type PortalAddress } from '../server/portal-address.ts'
import type { Surroundings } from '../server/surroundings.ts'
import type { GroupOfTarget, PortalGroup, Target } from '../server/target.ts'
import { LoginCause } from './login-cause.ts'
import { checkPlace } from './login-place.ts'
import { LoginRefusal } from './login-refusal.ts'
import { checkProvable, methodsOf } from './security-stage.ts'

/** Who logs in, and to what. */
export interface LoginSubject {
  readonly initiatorName: string
  readonly initiatorAlias: string | undefined
  readonly discovery: boolean
  /** Where the connection comes from, and the portal that it came to. */
  readonly ends: LoginEnds
  /** Undefined in a discovery session that names no target. */
  readonly target: Target | undefined
  /** Undefined only where nothing is served at the portal. */
  readonly group: PortalGroup | undefined
  /** Undefined in a discovery session. */
  readonly access: InitiatorAccess | undefined
  /** What it must prove. */
  readonly proof: LoginProof
  readonly offers: Offers
}

/** The two ends of a login's connection. */
export interface LoginEnds {
  readonly remote: PortalAddress
  readonly portal: PortalAddress
}

/** RFC 7143 13.14: the default, which is kept where nothing smaller is configured. */
const FIRST_BURST_BYTES = 65_536

/**
 * Reads the names in the first text of a login, and decides whether it may go on.
 * @throws {LoginRefusal} where it may not.
 */
export function identify(said: ReadonlyMap<string, string>, ends: LoginEnds, surroundings: Surroundings): LoginSubject {
  const { directory, discovery: ofDiscovery, draining } = surroundings
  const name = said.get('InitiatorName')
  const targetName = said.get('TargetName')
  const type = said.get('SessionType') ?? 'Normal'
  const discovery = type === 'Discovery'
  if (!name) throw new LoginRefusal(LoginStatus.missingParameter, 'the first Login Request names no InitiatorName')
  if (!discovery && type !== 'Normal')
    throw new LoginRefusal(
      LoginStatus.sessionTypeNotSupported,
      `${saidPair('SessionType', type)} is neither Normal nor Discovery`,
    )
  if (!discovery && !targetName)
    throw new LoginRefusal(LoginStatus.missingParameter, 'the first Login Request names no TargetName')
  if (draining)
    throw new LoginRefusal(LoginStatus.serviceUnavailable, 'the target is shutting down', LoginCause.shuttingDown)
  const initiatorName = comparedName(name)
  const { portal, remote } = ends
  const found = targetName ? findGroup(directory, targetName, portal) : directory.anyGroupAt(portal)
  const target = targetName ? found?.target : undefined
  const group = found?.group
  if (!discovery && found) checkPlace({ ...found, initiatorName, portal }, surroundings.keepOut)
  if (!discovery && target) checkPurpose(directory, target, portal)
  const access = discovery ? undefined : accessOf(group as PortalGroup, initiatorName, remote)
  const proof = access ?? ofDiscovery
  if (!access) checkProvable(proof, () => `${saidText(initiatorName)}, for discovery,`)
  return {
    initiatorName,
    initiatorAlias: said.get('InitiatorAlias'),
    discovery,
    ends,
    target,
    group,
    access,
    proof,
    offers: { ...offersOf(target, group, discovery), AuthMethod: methodsOf(proof) },
  }
}

function findGroup(directory: Directory, named: string, portal: PortalAddress): GroupOfTarget {
  const target = directory.find(named)
  if (!target) throw notFound(directory, named)
  const group = directory.groupAt(target, portal)
  if (!group)
    throw new LoginRefusal(LoginStatus.notFound, `target ${saidText(named)} has no portal ${formatAddress(portal)}`)
  if (group.enabled) return { target, group }
  const reason = `portal group ${group.tag} of ${saidText(named)} is disabled`
  throw new LoginRefusal(LoginStatus.serviceUnavailable, reason)
}

const notFound = (directory: Directory, named: string): LoginRefusal =>
  directory.wasRemoved(named)
    ? new LoginRefusal(LoginStatus.targetRemoved, `target ${saidText(named)} was removed`)
    : new LoginRefusal(LoginStatus.notFound, `there is no target ${saidText(named)}`)

/** Who has no access at all. */
export const notLetIn = (who: string, tag: number): LoginRefusal =>
  new LoginRefusal(LoginStatus.authorizationFailure, `${who} may not log in to portal group ${tag}`)

/** A portal may be there for discovery alone, RFC 7143 11.13.5: this type of session is not supported. */
function checkPurpose(directory: Directory, target: Target, portal: PortalAddress): void {
  if (!directory.isDiscoveryOnly(target, portal)) return
  const reason = `portal ${formatAddress(portal)} of ${target.name} is for discovery only`
  throw new LoginRefusal(LoginStatus.sessionTypeNotSupported, reason)
}

function accessOf(group: PortalGroup, initiatorName: string, { host }: PortalAddress): InitiatorAccess {
  const access = group.access(initiatorName, host)
  if (!access) throw notLetIn(saidText(initiatorName), group.tag)
  checkProvable(access, () => saidText(initiatorName))
  return access
}

/** A login that is at its end. */
interface JudgedLogin {
  readonly subject: LoginSubject
  /** Whether it has proved who it is. */
  readonly proven: boolean
}

/**
 * Why a login that was let in at its beginning must not end well: what it was let in by has gone meanwhile. Undefined: it may go on.
 */
export function revoked(
  { subject, proven }: JudgedLogin,
  { directory, keepOut }: Surroundings,
): LoginRefusal | undefined {
  const { target, group, ends, initiatorName, discovery } = subject
  if (discovery || !target) return undefined
  const { portal, remote } = ends
  try {
    const now = findGroup(directory, target.name, portal)
    checkPlace({ ...now, initiatorName, portal }, keepOut)
    checkPurpose(directory, now.target, portal)
    const { authenticationRequired, rule } = accessOf(now.group, initiatorName, remote)
    if (rule !== subject.access?.rule)
      return new LoginRefusal(LoginStatus.authorizationFailure, `what let ${saidText(initiatorName)} in has changed`)
    if (authenticationRequired && !proven)
      return new LoginRefusal(LoginStatus.authenticationFailure, `${saidText(initiatorName)} must authenticate now`)
    if (now.group.router === group?.router) return undefined
    return new LoginRefusal(LoginStatus.notFound, `portal group ${group?.tag} of ${target.name} was removed`)
  } catch (error) {
    if (error instanceof LoginRefusal) return error
    throw error
  }
}

/**
 * What is offered: as the group is configured, but for what this target can only do one way. Data comes in order, in
 * one connection, and is not sent again; unsolicited data fits one piece of transfer memory.
 */
function offersOf(target: Target | undefined, group: PortalGroup | undefined, discovery: boolean): Offers {
  const configured = group?.parameters ?? {}
  return {
    ...configured,
    MaxConnections: 1,
    ErrorRecoveryLevel: 0,
    DataPDUInOrder: true,
    DataSequenceInOrder: true,
    TaskReporting: ['ResponseFence', 'RFC3720'],
    iSCSIProtocolLevel: 1,
    FirstBurstLength: Math.min(configured.FirstBurstLength ?? FIRST_BURST_BYTES, PIECE_BYTES),
    // RFC 7143 13.9: which group of the target that was named answers.
    ...(target && group && { TargetPortalGroupTag: group.tag }),
    ...(target?.alias !== undefined && !discovery && { TargetAlias: target.alias }),
  }
}
