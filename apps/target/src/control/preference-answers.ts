import { type Caller, ControlFault, type ControlService, FaultKind } from '@lunkit/control'
import type { ControlParts } from './control-parts.ts'

type PreferenceService = Pick<ControlService, 'preferences' | 'setPreferences'>

/** As targetcli names them. */
const NAME = /^[a-z][a-z0-9_]{0,63}$/

/** A token is a program's, which has none: two people who share one would change each other's. */
const OF_NO_USER = new ControlFault(FaultKind.refused, {
  what: 'a token has no preferences',
  right: 'to set those of a user, on the unix socket',
})

/** What each user prefers. */
export function preferenceAnswers({ state, ownerOnly }: ControlParts): PreferenceService {
  const uidOf = ({ peer }: Caller): number | undefined => {
    if (peer === undefined) return unknownUid(ownerOnly)
    return 'role' in peer ? undefined : peer.uid
  }
  return {
    preferences: async (_, caller) => {
      const uid = uidOf(caller)
      return { preferences: uid === undefined ? {} : { ...state.preferences.of(uid) } }
    },
    setPreferences: async ({ preferences }, caller) => {
      const uid = uidOf(caller)
      if (uid === undefined) throw OF_NO_USER
      const wrong = Object.keys(preferences).find(name => !NAME.test(name))
      if (wrong !== undefined)
        throw new ControlFault(FaultKind.refused, {
          what: 'is no name of a preference',
          where: wrong,
          right: 'small letters, digits and _, 64 at the most',
        })
      return { preferences: { ...(await state.preferences.set(uid, preferences)) } }
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
