import { DEFAULT_LOGIN_PARAMETERS } from 'lunkit'
import { type ChangeChoice, HOSTS, mostly, type ProgramChange, portalAt, served } from './program-change.ts'
import type { ProgramTarget } from './program-model.ts'

const TAG = 1
const BURSTS = [262_144, 524_288, 1_048_576] as const
/** An address of documentation that no machine has (RFC 5737). */
const NOT_HERE = '192.0.2.1'

/** An initiator by its name, mostly one that has no ACL. */
export function allow(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const initiator = anyInitiator(target, choice, 'strange')
  return {
    title: `allow ${initiator} of ${target.name}`,
    make: () => served(choice.server, target.name).allow(initiator),
    refusal: target.initiators.has(initiator) ? `has an ACL of ${initiator} already` : undefined,
    follow: () => void target.initiators.add(initiator),
  }
}

/** Mostly one that has one. */
export function forbid(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const initiator = anyInitiator(target, choice, 'known')
  return {
    title: `forbid ${initiator} of ${target.name}`,
    make: () => served(choice.server, target.name).forbid(initiator),
    refusal: target.initiators.has(initiator) ? undefined : `has no ACL of ${initiator}`,
    follow: () => void target.initiators.delete(initiator),
  }
}

/** Mostly the other way than it is. */
export function openToAll(target: ProgramTarget, { server, random }: ChangeChoice): ProgramChange {
  const open = random.once(5) ? target.isOpen : !target.isOpen
  return {
    title: `openToAll(${open}) of ${target.name}`,
    make: () => served(server, target.name).openToAll(open),
    refusal: undefined,
    follow: () => void (target.isOpen = open),
  }
}

/** What sessions negotiate that begin from now on. */
export function changeBurst(target: ProgramTarget, { server, random }: ChangeChoice): ProgramChange {
  const maxBurstLength = random.pick(BURSTS)
  const parameters = { ...DEFAULT_LOGIN_PARAMETERS, MaxBurstLength: maxBurstLength }
  return {
    title: `changeGroup of ${target.name}: MaxBurstLength ${maxBurstLength}`,
    make: () => server.tree.apply([{ kind: 'changeGroup', target: target.name, tag: TAG, settings: { parameters } }]),
    refusal: undefined,
    follow: () => void (target.maxBurstLength = maxBurstLength),
  }
}

/** An address that may be open already; now and then one that is not here, or is taken. */
export function openPortal(target: ProgramTarget, choice: ChangeChoice): ProgramChange {
  const { random, server, takenPort } = choice
  const host = mostly(random, HOSTS, [NOT_HERE])
  const portal = random.once(6) ? { host: HOSTS[0], port: takenPort } : portalAt(host)
  const cannot = portal.port !== 0 || host === NOT_HERE
  return {
    title: `openPortal ${portal.host}:${portal.port} of ${target.name}`,
    make: () => served(server, target.name).openPortal(portal),
    refusal: cannot ? `portal ${portal.host}:${portal.port} cannot be opened` : undefined,
    follow: () => void target.hosts.add(host),
  }
}

/** An address, mostly one that is open; who uses a target keeps the first. */
export function closePortal(target: ProgramTarget, { random, server }: ChangeChoice): ProgramChange {
  const may = target.isInUse ? HOSTS.slice(1) : HOSTS
  const open = may.filter(host => target.hosts.has(host))
  const host = mostly(
    random,
    open,
    may.filter(each => !open.includes(each)),
  )
  return {
    title: `closePortal ${host} of ${target.name}`,
    make: () => served(server, target.name).closePortal(portalAt(host)),
    refusal: target.hosts.has(host) ? undefined : `has no portal ${host}:0`,
    follow: () => void target.hosts.delete(host),
  }
}

function anyInitiator(
  { initiators }: ProgramTarget,
  { random, initiators: all }: ChangeChoice,
  fitting: 'known' | 'strange',
): string {
  const known = all.filter(each => initiators.has(each))
  const strange = all.filter(each => !initiators.has(each))
  return fitting === 'known' ? mostly(random, known, strange) : mostly(random, strange, known)
}
