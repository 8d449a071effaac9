import { type Caller, ControlFault, type ControlService, FaultKind } from '@lunkit/control'
import type { ControlParts } from './control-parts.ts'

type PreferenceService = Pick<ControlService, 'preferences' | 'setPreferences'>

/** As targetcli names them. */
const NAME = /^[a-z][a-z0-9_]{0,63}$/

/** What each user prefers. */
export function preferenceAnswers({ state, ownerOnly }: ControlParts): PreferenceService {
  const uidOf = (caller: Caller): number => caller.peer?.uid ?? unknownUid(ownerOnly)
  return {
    preferences: async (_, caller) => ({ preferences: { ...state.preferences.of(uidOf(caller)) } }),
    setPreferences: async ({ preferences }, caller) => {
      const wrong = Object.keys(preferences).find(name => !NAME.test(name))
      if (wrong !== undefined)
        throw new ControlFault(FaultKind.refused, {
          what: 'is no name of a preference',
          where: wrong,
          right: 'small letters, digits and _, 64 at the most',
        })
      return { preferences: { ...(await state.preferences.set(uidOf(caller), preferences)) } }
    },
  }
}

/** Where only the owner of the socket can connect it is the owner who asks. */
function unknownUid(ownerOnly: boolean): number {
  if (ownerOnly) return process.getuid?.() ?? 0
  throw new ControlFault(FaultKind.unauthorised, {
    what: 'nobody can tell whose preferences these are: koffi is missing',
    right: 'to install it, or to have the socket for its owner alone',
  })
}
