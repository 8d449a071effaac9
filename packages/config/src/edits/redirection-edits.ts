import type { Json, JsonObject } from '../json/value.ts'
import { parseRedirectionAddress, redirectionAddress } from '../redirection-address.ts'
import type { Draft } from './draft.ts'
import { edit, optionalFlag, optionalText, someText, takesTpg } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { newIscsiName } from './new-name.ts'
import { isAbout, normalIn, putInOwnList } from './own-lists.ts'
import { tpgAt } from './target-place.ts'
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
