import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { parseRedirectionAddress, redirectionAddress } from '../redirection-address.ts'
import { circleWords, redirectionCircle, type SendingGroup } from '../redirection-circle.ts'
import { textIn } from '../schema/lenient.ts'
import type { Draft } from './draft.ts'
import { listOf } from './draft.ts'
import { edit, optionalFlag, optionalText, someText, takesTpg } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { newIscsiName } from './new-name.ts'
import { isAbout, normalIn, ownListIn, putInOwnList } from './own-lists.ts'
import { addressIn } from './portal-place.ts'
import { tagsOf, targetAt, tpgAt, tpgsOf } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'
import { normalTpg, treePath } from './tree-path.ts'

/** Whose logins are sent away: those of one initiator, or of all who have no place of their own. */
interface Sent extends TpgAt {
  readonly initiator?: string
}

function redirect(draft: Draft, sent: Sent, member: JsonObject | undefined): void {
  const isIt = (each: Json): boolean => isAbout(each, sent) && normalIn(each, 'initiator') === sent.initiator
  putInOwnList(draft, 'redirections', { isIt, member })
}

/** The TPGs of a target, as far as logins are sent on from them; what cannot be read sends nobody and is nowhere. */
function sendingGroups(draft: Draft, target: string): readonly SendingGroup[] {
  const tpgs = tpgsOf(targetAt(draft, target).object, target)
  return tagsOf(tpgs).flatMap((tag, index) =>
    tag === undefined ? [] : sendingGroup(draft, { target, tag }, tpgs[index]),
  )
}

function sendingGroup(draft: Draft, at: TpgAt, tpg: Json | undefined): SendingGroup {
  const portals = isJsonObject(tpg) ? listOf(tpg, { key: 'portals', path: treePath.tpg(at) }) : []
  return {
    tag: at.tag,
    portals: portals.flatMap(each => addressIn(each) ?? []),
    redirections: ownListIn(draft, 'redirections').flatMap(each => (isAbout(each, at) ? sentOn(each) : [])),
  }
}

function sentOn(member: JsonObject) {
  const place = parseRedirectionAddress(textIn(member, 'address') ?? '')
  const initiator = normalIn(member, 'initiator')
  return place === undefined ? [] : { ...place, initiator: typeof initiator === 'string' ? initiator : undefined }
}

/** @throws {EditError} where logins that are sent away come back. */
function checkCircle(draft: Draft, { target, tag, initiator }: Sent, address: string): void {
  const circle = redirectionCircle(sendingGroups(draft, target), { tag, initiator })
  if (circle === undefined) return
  const wrong = `cannot be at ${JSON.stringify(address)}: logins would go in a circle, ${circleWords(circle)}`
  throw new EditError(EditFault.invalid, {
    path: treePath.tpg({ target, tag }),
    wrong,
    right: 'a place that lets them in',
  })
}

/** The changes of where logins are sent. */
export const redirectionEdits = {
  setRedirection: edit<TpgAt & { readonly initiator?: string; readonly address: string; readonly permanent?: boolean }>(
    'sends logins to a TPG elsewhere, of all initiators or of one; an empty address lets them in again',
    { ...takesTpg, initiator: optionalText, address: someText, permanent: optionalFlag },
    (draft, { address, permanent = false, initiator: named, ...given }) => {
      const at = normalTpg(given)
      const path = treePath.tpg(at)
      tpgAt(draft, at)
      const initiator =
        named === undefined
          ? undefined
          : newIscsiName(named, { path, wrong: `cannot send ${JSON.stringify(named)} away` })
      const whose = initiator === undefined ? at : { ...at, initiator }
      if (address === '') return redirect(draft, whose, undefined)
      if (parseRedirectionAddress(address) === undefined)
        throw new EditError(EditFault.invalid, {
          path,
          wrong: `cannot be at ${JSON.stringify(address)}`,
          right: redirectionAddress.right,
        })
      redirect(draft, whose, { ...whose, address, permanent })
      checkCircle(draft, whose, address)
    },
  ),
} as const
