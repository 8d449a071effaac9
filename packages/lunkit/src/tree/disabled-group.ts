import {
  comparedName,
  DEFAULT_ACCESS,
  type InitiatorAccess,
  type PortalAddress,
  type PortalGroup,
} from '@lunkit/target'

/** A portal group that is not served: logins are refused (0301) wherever its portals lead to this server by another group's. */
export interface DisabledGroup {
  readonly tag: number
  /** They are not opened. */
  readonly portals: readonly PortalAddress[]
  /** Whether discovery tells of it all the same, as LIO does where tpg_enabled_sendtargets is 0; false when left out. */
  readonly listed?: boolean
  /** The names of those whom it is told to; everybody when left out. */
  readonly toldTo?: readonly string[]
}

const NO_ROUTER: PortalGroup['router'] = {
  open() {
    throw new Error('nobody logs in to a portal group that is disabled')
  },
}

/** What nobody gets to use. */
const NO_ACCESS: InitiatorAccess = { ...DEFAULT_ACCESS, authenticationRequired: true }

/** The group as the target server is told of it. */
export function describedWhileDisabled({ tag, portals, listed = false, toldTo }: DisabledGroup): PortalGroup {
  const names = new Set(toldTo?.map(comparedName))
  return {
    tag,
    portals,
    enabled: false,
    listens: false,
    listedWhileDisabled: listed,
    demoModeDiscovery: toldTo === undefined,
    parameters: {},
    access: name => (names.has(name) ? NO_ACCESS : undefined),
    router: NO_ROUTER,
  }
}
