import type { AttributeValue } from './attribute.ts'
import { attribute, choice, flag, number, range, seconds, toggle } from './attribute.ts'
import type { SettingsOf } from './row.ts'
import { Change, KEPT, keptWhen, otherThan, refusedWhen } from './row.ts'

const { always } = Change
const recoveryLevel = keptWhen(
  otherThan(0),
  'recovery within a session is not built yet; ErrorRecoveryLevel 0 is offered',
)
const protection = 'protection information is not built yet, so the LUNs of the TPG are not served'
const reordering = keptWhen(1, 'data is never sent out of order')

/** The attributes of a TPG (Linux 6.12, drivers/target/iscsi/iscsi_target_tpg.c). LIO takes them at any time, for logins to come. */
export const tpgAttributes = {
  authentication: attribute(toggle(1), {
    meaning: 'initiators must prove who they are (CHAP)',
    change: always,
    sets: flag('authentication'),
    whenWrong: 1,
  }),
  cache_dynamic_acls: attribute(toggle(0), {
    meaning: 'LIO keeps what let an initiator without an ACL in; here each login is judged anew, whatever this says',
    change: always,
    sets: KEPT,
  }),
  default_cmdsn_depth: attribute(range(1, 512, 64), {
    meaning: 'commands that a session may have in flight',
    change: always,
    sets: number('commandDepth'),
  }),
  default_erl: attribute(choice([0, 1, 2], 0), {
    meaning: 'ErrorRecoveryLevel that is offered',
    change: always,
    sets: KEPT,
    shortfall: recoveryLevel,
  }),
  demo_mode_discovery: attribute(toggle(1), {
    meaning: 'discovery lists the target to initiators that may not log in',
    change: always,
    sets: flag('discoverableByAll'),
    whenWrong: 0,
  }),
  demo_mode_write_protect: attribute(toggle(1), {
    meaning: 'LUNs are read-only to initiators that have no ACL',
    change: always,
    sets: flag('demoModeWriteProtect'),
  }),
  fabric_prot_type: attribute(choice([0, 1, 3], 0), {
    meaning: 'the type of protection information that is given to LUNs without any; 0: none',
    change: always,
    sets: KEPT,
    shortfall: refusedWhen(otherThan(0), protection),
    whenWrong: 'notServed',
  }),
  generate_node_acls: attribute(toggle(0), {
    meaning: 'initiators that have no ACL may log in',
    change: always,
    sets: flag('generateNodeAcls'),
  }),
  login_keys_workaround: attribute(toggle(1), {
    meaning: 'initiators may leave offers unanswered, as boot ROMs do',
    change: always,
    sets: flag('loginKeysWorkaround'),
  }),
  login_timeout: attribute(range(5, 30, 15), {
    meaning: 'seconds that a login may take',
    change: always,
    sets: seconds('loginTimeoutMs'),
  }),
  netif_timeout: attribute(range(2, 15, 2), { meaning: 'used by old kernels only', change: always, sets: KEPT }),
  prod_mode_write_protect: attribute(toggle(0), {
    meaning: 'LUNs are read-only to initiators that have an ACL',
    change: always,
    sets: flag('prodModeWriteProtect'),
    whenWrong: 1,
  }),
  t10_pi: attribute(toggle(0), {
    meaning: 'protection information is offered',
    change: always,
    sets: KEPT,
    shortfall: refusedWhen(1, protection),
    whenWrong: 'notServed',
  }),
  tpg_enabled_sendtargets: attribute(toggle(1), {
    meaning: 'discovery lists the TPG only while it is enabled; at 0 it tells of its portals all the same',
    change: always,
    sets: flag('listedOnlyEnabled'),
  }),
} as const

/** The name of a TPG's attribute. */
export type TpgAttribute = keyof typeof tpgAttributes
/** A TPG's `attributes`. */
export type TpgAttributeValues = { readonly [K in TpgAttribute]?: AttributeValue }
/** What a TPG's attributes say of it. */
export type TpgSettings = SettingsOf<typeof tpgAttributes>

/** What an ACL's `authentication` says when the TPG's decides. */
export const INHERIT_AUTHENTICATION = -1

/** Test-only in LIO. */
const outOfOrder = (what: string) =>
  attribute(toggle(0), {
    meaning: `${what} out of order, to test initiators; data is always moved in order`,
    change: always,
    sets: KEPT,
    shortfall: reordering,
  })

/** The attributes of a node ACL (Linux 6.12, drivers/target/iscsi/iscsi_target_nodeattrib.c). LIO takes them at any time. */
export const aclAttributes = {
  authentication: attribute(choice([-1, 0, 1], INHERIT_AUTHENTICATION), {
    meaning: 'the initiator must prove who it is (CHAP); -1: as the TPG says',
    change: always,
    sets: number('authentication'),
    whenWrong: 1,
  }),
  dataout_timeout: attribute(range(2, 60, 3), {
    meaning: 'seconds to wait for Data-Out, one time',
    change: always,
    sets: seconds('dataOutTimeoutMs'),
  }),
  dataout_timeout_retries: attribute(range(1, 15, 5), {
    meaning: 'how many such times until the command is lost',
    change: always,
    sets: number('dataOutRetries'),
  }),
  default_erl: attribute(choice([0, 1, 2], 0), {
    meaning: 'ErrorRecoveryLevel that is offered',
    change: always,
    sets: KEPT,
    shortfall: recoveryLevel,
  }),
  nopin_response_timeout: attribute(range(3, 60, 30), {
    meaning: 'seconds to wait for the answer to a NOP-In',
    change: always,
    sets: seconds('nopInTimeoutMs'),
  }),
  nopin_timeout: attribute(
    {
      ...range(3, 60, 15),
      values: '0, or a whole number from 3 to 60',
      allows: value => value === 0 || (value >= 3 && value <= 60),
    },
    {
      meaning: 'seconds of silence before a NOP-In asks whether the initiator is there; 0: none is sent',
      change: always,
      sets: seconds('nopInIntervalMs'),
    },
  ),
  random_datain_pdu_offsets: outOfOrder('Data-In PDUs of a sequence'),
  random_datain_seq_offsets: outOfOrder('sequences of Data-In'),
  random_r2t_offsets: outOfOrder('R2Ts'),
} as const

/** The name of a node ACL's attribute. */
export type AclAttribute = keyof typeof aclAttributes
/** A node ACL's `attributes`. */
export type AclAttributeValues = { readonly [K in AclAttribute]?: AttributeValue }
/** What a node ACL's attributes say of its initiator. */
export type AclSettings = SettingsOf<typeof aclAttributes>
