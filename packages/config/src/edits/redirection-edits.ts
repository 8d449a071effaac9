import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { parseRedirectionAddress, redirectionAddress } from '../redirection-address.ts'
import { own } from '../schema/kind.ts'
import type { Draft } from './draft.ts'
import { listOf } from './draft.ts'
import { edit, optionalFlag, optionalText, someText, takesTpg } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { newIscsiName } from './new-name.ts'
import { SERVER_PATH, setSettings, settingsIn } from './setting-place.ts'
import { tpgAt } from './target-place.ts'
import type { TpgAt } from './tree-path.ts'
import { normalTpg, treePath } from './tree-path.ts'

const REDIRECTIONS = 'redirections'

/** Whose logins are sent away: those of one initiator, or of all who have no place of their own. */
interface Sent extends TpgAt {
  readonly initiator?: string
}

const redirectionsIn = (draft: Draft): readonly Json[] =>
  draft.document['lunkit'] === undefined ? [] : listOf(settingsIn(draft), { key: REDIRECTIONS, path: SERVER_PATH })

const normal = (value: unknown): unknown => (typeof value === 'string' ? normalizeIscsiName(value) : value)

const isOf = (each: Json, { target, tag }: { readonly target: string; readonly tag?: number }): boolean =>
  isJsonObject(each) && normal(own(each, 'target')) === target && (tag === undefined || own(each, 'tag') === tag)

function setRedirections(draft: Draft, list: readonly Json[]): void {
  setSettings(draft, { [REDIRECTIONS]: list.length > 0 ? list : undefined })
}

/** What is sent away from a target, or a TPG of it, goes with it. */
export function forgetRedirections(draft: Draft, at: { readonly target: string; readonly tag?: number }): void {
  const list = redirectionsIn(draft)
  const left = list.filter(each => !isOf(each, at))
  if (left.length < list.length) setRedirections(draft, left)
}

function redirect(draft: Draft, sent: Sent, to: JsonObject | undefined): void {
  const list = redirectionsIn(draft)
  const isIt = (each: Json): boolean =>
    isOf(each, sent) && normal(own(each as JsonObject, 'initiator')) === sent.initiator
  const at = list.findIndex(isIt)
  const others = list.filter(each => !isIt(each))
  if (to === undefined && others.length === list.length) return
  setRedirections(draft, to === undefined ? others : others.toSpliced(at < 0 ? others.length : at, 0, to))
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
    },
  ),
} as const
