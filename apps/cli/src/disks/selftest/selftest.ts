import type { Session } from '@lunkit/initiator'
import type { Context, Reply } from '../../commands/command.ts'
import { ExitCode, Refusal } from '../../refusal.ts'
import type { LoginGiven } from '../at-target.ts'
import { atTarget, dataOf, initiatorOf, loggedIn } from '../at-target.ts'
import type { ToldTarget } from '../discover.ts'
import { toldTargets } from '../discover.ts'
import type { LoginPlace } from '../target-place.ts'
import { portalAt, portalText, urlOf } from '../target-place.ts'
import { Report } from './report.ts'
import type { Identities } from './unit-checks.ts'
import { checkUnits } from './unit-checks.ts'

/** What `selftest` is given. */
export interface SelftestGiven extends LoginGiven {
  readonly portal: string
  readonly target?: string
}

/** A self-test that is under way. */
interface Under {
  readonly context: Context
  readonly given: SelftestGiven
  readonly place: LoginPlace
  readonly signal: AbortSignal
  readonly report: Report
  readonly identities: Identities
}

/** Does a check that may end with a refusal, which is what is wrong; one by whoever interrupts it ends all. */
async function tried<T>({ report, signal }: Under, what: string, check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check()
  } catch (error) {
    if (!(error instanceof Refusal) || signal.aborted) throw error
    report.wrong(`${what}: ${error.message}`, error.explanation)
    return undefined
  }
}

/** Which targets are looked at: the one that was named, else those that the portal tells. */
async function targetsOf(under: Under): Promise<readonly ToldTarget[]> {
  const { given, place, report, signal } = under
  const portal = portalText(place)
  const told = await tried(under, `discovery at ${portal}`, () => toldTargets(place, given, signal))
  if (told !== undefined) report.ok(`${portal} answers, and discovery tells ${counted(told.length, 'target')}`)
  const { target } = given
  if (target === undefined) {
    if (told?.length === 0)
      report.wrong(
        `${portal} has no target for ${initiatorOf(given)}`,
        `Right is an ACL for it: lunkit /iscsi/TARGET/tpg1/acls create ${initiatorOf(given)}.`,
      )
    return told ?? []
  }
  const named = told?.find(({ name }) => name === target)
  if (told !== undefined && named === undefined)
    report.wrong(
      `discovery does not tell ${target}`,
      'It is not there, or has no ACL for this initiator: lunkit ls /iscsi, lunkit refusals.',
    )
  const { host, port } = place
  return [named ?? { name: target, portals: [{ host, port, url: urlOf({ host, port, target }) }] }]
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

function reportParameters({ report }: Under, { parameters }: Session): void {
  const {
    HeaderDigest,
    DataDigest,
    MaxBurstLength,
    FirstBurstLength,
    TargetMaxRecvDataSegmentLength,
    ImmediateData,
    InitialR2T,
  } = parameters
  report.ok(
    `negotiated: HeaderDigest=${HeaderDigest} DataDigest=${DataDigest} MaxBurstLength=${MaxBurstLength} FirstBurstLength=${FirstBurstLength} ` +
      `MaxRecvDataSegmentLength=${TargetMaxRecvDataSegmentLength} ImmediateData=${ImmediateData ? 'Yes' : 'No'} InitialR2T=${InitialR2T ? 'Yes' : 'No'}`,
  )
}

/** Logs in at every portal of a target that was told, and looks at its LUNs through the first that lets it in. */
async function checkTarget(under: Under, { name, portals }: ToldTarget): Promise<void> {
  const { given, report, signal, identities, context, place } = under
  const { auth, offers } = place
  let isSeen = false
  for (const { host, port, url } of portals) {
    await tried(under, url, async () => {
      const session = await loggedIn({ host, port, target: name, auth, offers }, given, signal)
      await atTarget(session, signal, async () => {
        report.ok(`${url}: login done`)
        if (isSeen) return
        isSeen = true
        reportParameters(under, session)
        await checkUnits(session, url, { report, identities, clock: context.clock, patience: { signal } })
      })
    })
  }
}

/** `selftest`: whether a portal, its targets and their LUNs are as initiators need them. It reads only. */
export async function selftested(context: Context, given: SelftestGiven): Promise<Reply> {
  const around = dataOf(context)
  const place = portalAt(given.portal, around)
  const signal = around.interrupted()
  const report = new Report()
  const under = { context, given, place, signal, report, identities: new Map() }
  for (const target of await targetsOf(under)) await checkTarget(under, target)
  const { lines, checks, wrongs } = report
  const data = { portal: portalText(place), initiator: initiatorOf(given), wrong: wrongs, checks }
  return { lines, data, ...(wrongs > 0 && { code: ExitCode.refused }) }
}
