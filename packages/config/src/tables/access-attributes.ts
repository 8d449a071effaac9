import type { AttributeValue } from './attribute.ts'
import { careful, choice, range, toggle } from './attribute.ts'

/** The attributes of a TPG (Linux 6.12, drivers/target/iscsi/iscsi_target_tpg.c). */
export const tpgAttributes = {
  authentication: careful(toggle(1, 'CHAP is demanded'), 1),
  cache_dynamic_acls: toggle(0, 'dynamic ACLs outlive their session'),
  default_cmdsn_depth: range(1, 512, 64, 'commands that a session may have in flight'),
  default_erl: choice([0, 1, 2], 0, 'ErrorRecoveryLevel offered'),
  demo_mode_discovery: careful(toggle(1, 'discovery lists the target to initiators that have no ACL'), 0),
  demo_mode_write_protect: toggle(1, 'LUNs are read-only to initiators that have no ACL'),
  fabric_prot_type: careful(
    choice([0, 1, 3], 0, 'protection information type given to LUNs that have none'),
    'notServed',
  ),
  generate_node_acls: toggle(0, 'initiators that have no ACL may log in'),
  login_keys_workaround: toggle(1, 'initiators may leave offers unanswered, as boot ROMs do'),
  login_timeout: range(5, 30, 15, 'seconds a login may take'),
  netif_timeout: range(2, 15, 2, 'used by old kernels only'),
  prod_mode_write_protect: careful(toggle(0, 'LUNs are read-only to initiators that have an ACL'), 1),
  t10_pi: careful(toggle(0, 'protection information is offered'), 'notServed'),
  tpg_enabled_sendtargets: toggle(1, 'discovery lists enabled TPGs only'),
} as const

/** The name of a TPG's attribute. */
export type TpgAttribute = keyof typeof tpgAttributes
/** A TPG's `attributes`. */
export type TpgAttributeValues = { readonly [K in TpgAttribute]?: AttributeValue }

/** What an ACL's `authentication` says when the TPG's decides. */
export const INHERIT_AUTHENTICATION = -1

/** The attributes of a node ACL (Linux 6.12, drivers/target/iscsi/iscsi_target_nodeattrib.c). */
export const aclAttributes = {
  authentication: careful(choice([-1, 0, 1], INHERIT_AUTHENTICATION, 'CHAP is demanded; -1: as the TPG says'), 1),
  dataout_timeout: range(2, 60, 3, 'seconds to wait for Data-Out'),
  dataout_timeout_retries: range(1, 15, 5, 'waits for Data-Out before the connection ends'),
  default_erl: choice([0, 1, 2], 0, 'ErrorRecoveryLevel offered'),
  nopin_response_timeout: range(3, 60, 30, 'seconds to wait for the answer to a NOP-In'),
  nopin_timeout: {
    default: 15,
    values: '0, or a whole number from 3 to 60',
    allows: (value: number) => value === 0 || (value >= 3 && value <= 60),
    meaning: 'idle seconds before a NOP-In; 0 sends none',
  },
  random_datain_pdu_offsets: toggle(0, 'for tests of initiators'),
  random_datain_seq_offsets: toggle(0, 'for tests of initiators'),
  random_r2t_offsets: toggle(0, 'for tests of initiators'),
} as const

/** The name of a node ACL's attribute. */
export type AclAttribute = keyof typeof aclAttributes
/** A node ACL's `attributes`. */
export type AclAttributeValues = { readonly [K in AclAttribute]?: AttributeValue }
