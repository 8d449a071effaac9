import { discover } from '@lunkit/initiator'
import type { Context, Reply } from '../commands/command.ts'
import type { LoginGiven } from './at-target.ts'
import { dataOf, initiatorOf } from './at-target.ts'
import type { LoginPlace, TargetPlace } from './target-place.ts'
import { portalAt, portalText, urlOf } from './target-place.ts'
import { interruption, loginRefusal } from './target-refusal.ts'

/** A target as a portal told it. */
export interface ToldTarget {
  readonly name: string
  readonly portals: readonly (TargetPlace & { readonly portalGroupTag?: number; readonly url: string })[]
}

/** Asks a portal for its targets; one that told no portals is where it was asked (RFC 7143 13.8). @throws {Refusal} */
export async function toldTargets(
  { host, port, auth, offers }: LoginPlace,
  given: LoginGiven,
  signal: AbortSignal,
): Promise<readonly ToldTarget[]> {
  const initiatorName = initiatorOf(given)
  try {
    const told = await discover({ host, port, auth, offers, initiatorName, signal })
    return told.map(({ name, portals }) => ({
      name,
      portals: (portals.length === 0 ? [{ host, port }] : portals).map(portal => ({
        ...portal,
        url: urlOf({ host: portal.host, port: portal.port, target: name }),
      })),
    }))
  } catch (error) {
    throw signal.aborted ? interruption() : loginRefusal(error, { initiator: initiatorName })
  }
}

const targetLines = ({ name, portals }: ToldTarget): readonly string[] => [
  name,
  ...portals.map(({ url, portalGroupTag }) =>
    portalGroupTag === undefined ? `  ${url}` : `  ${url}  (portal group ${portalGroupTag})`,
  ),
]

/** `discover`: which targets a portal has for this initiator. */
export async function discovered(context: Context, given: LoginGiven & { readonly portal: string }): Promise<Reply> {
  const around = dataOf(context)
  const place = portalAt(given.portal, around)
  const targets = await toldTargets(place, given, around.interrupted())
  const none = `${portalText(place)} has no target for ${initiatorOf(given)}.`
  return {
    lines: targets.length === 0 ? [none] : targets.flatMap(targetLines),
    data: { portal: portalText(place), targets },
  }
}
