/** What a fabric of LIO can do, which decides what its targets have in the tree (rtslib-fb 2.1.75). */
export interface Fabric {
  /** In LIO's words. `tpgts`: several TPGs; `acls`, `auth`: who may log in; `nps`: portals; `nexus`: the one initiator that it has. */
  readonly features: readonly string[]
  readonly wwnTypes: readonly string[]
  readonly kernelModule: string
  /** It has targets of its own making and is always shown; others are those of their hardware. */
  readonly isAlwaysShown?: boolean
}

const hardware = (wwnType: string, kernelModule: string, features: readonly string[]): Fabric => ({
  features,
  wwnTypes: [wwnType],
  kernelModule,
})

/** The fabrics of LIO. */
export const fabrics: Readonly<Record<string, Fabric>> = {
  efct: hardware('naa', 'efct', ['acls']),
  ibmvscsis: hardware('free', 'ibmvscsis', []),
  iscsi: {
    features: ['discovery_auth', 'acls', 'auth', 'nps', 'tpgts', 'cpus_allowed_list'],
    wwnTypes: ['iqn', 'naa', 'eui'],
    kernelModule: 'iscsi_target_mod',
    isAlwaysShown: true,
  },
  loopback: { ...hardware('naa', 'tcm_loop', ['nexus']), isAlwaysShown: true },
  qla2xxx: hardware('naa', 'tcm_qla2xxx', ['acls']),
  sbp: hardware('eui', 'sbp_target', []),
  srpt: hardware('ib', 'ib_srpt', ['acls']),
  tcm_fc: hardware('naa', 'tcm_fc', ['acls']),
  vhost: { ...hardware('naa', 'tcm_vhost', ['nexus', 'acls', 'tpgts']), isAlwaysShown: true },
  'xen-pvscsi': { ...hardware('naa', 'xen-scsiback', ['nexus', 'tpgts']), isAlwaysShown: true },
}

/** A fabric that LIO has had since: all that it may have is shown. */
const UNKNOWN: Fabric = { features: ['acls', 'tpgts'], wwnTypes: ['free'], kernelModule: 'unknown' }

/** What a fabric can do. */
export function fabricOf(name: string): Fabric {
  return Object.hasOwn(fabrics, name) ? (fabrics[name] as Fabric) : UNKNOWN
}
