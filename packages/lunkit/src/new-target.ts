import { randomBytes } from 'node:crypto'
import type { PortalAddress } from '@lunkit/target'
import { derivedSuffix } from './derived-names.ts'
import type { LoginParameters, NewTargetOptions } from './target-options.ts'
import type { Step, StepOf } from './tree/step.ts'

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

/** The tag of the portal group that a target of a program has. */
export const PORTAL_GROUP_TAG = 1
/** Any free port of the machine itself. */
export const LOCAL_PORTAL: PortalAddress = { host: '127.0.0.1', port: 0 }

/** A port that is any free one leads nobody back to the target: its name need not stay, only be its own. */
export function madeName({ host, port }: PortalAddress): string {
  const suffix = port === 0 ? randomBytes(SUFFIX_BYTES).toString('hex') : derivedSuffix(['target', host, String(port)])
  return `${DEFAULT_TARGET_NAME}.${suffix}`
}

/** A target that is to be added: its options with all that was left out. */
interface CompleteTarget extends NewTargetOptions {
  readonly name: string
  readonly portal: PortalAddress
}

/** The steps that serve a new target; `opening` gives the one that opens a disk of it. */
export function newTargetSteps(
  { name: target, alias, portal, luns, initiators, parameters }: CompleteTarget,
  opening: (at: number) => StepOf<'openDisk'>,
): Step[] {
  const of = { target, tag: PORTAL_GROUP_TAG }
  const opened = luns.map((_, at) => opening(at))
  const seenBy = [undefined, ...(initiators ?? [])]
  return [
    { kind: 'addTarget', target, alias },
    { kind: 'addGroup', ...of, settings: { parameters: { ...DEFAULT_LOGIN_PARAMETERS, ...parameters } } },
    ...(initiators ?? []).map((initiator): Step => ({ kind: 'addAcl', ...of, initiator })),
    // Those that are named, or all where nobody is.
    { kind: 'setDemoMode', ...of, access: initiators === undefined ? {} : undefined },
    ...opened,
    ...luns.flatMap(({ readOnly = false }, lun) =>
      seenBy.map((initiator): Step => {
        return { kind: 'mapLun', ...of, initiator, lun, disk: opened[lun]?.disk ?? '', writeProtected: readOnly }
      }),
    ),
    { kind: 'openPortal', ...of, portal },
  ]
}
