import type { aclAttributes, tpgAttributes } from '../tables/access-attributes.ts'
import { type TpgParameter, tpgParameters } from '../tables/tpg-parameters.ts'
import type { Support, SupportTable } from './support.ts'
import { exactly, honoured, keptWhen, noEffect, otherThan, refusedWhen } from './support.ts'

const recoveryLevel = keptWhen(
  otherThan(0),
  'recovery within a session is not built yet; ErrorRecoveryLevel 0 is offered',
)
const markers = keptWhen(exactly('Yes'), 'markers are obsolete (RFC 7143); No is answered')
const protection = 'protection information is not built yet, so the LUNs of the TPG are not served'
const outOfOrder = keptWhen(exactly('No'), 'data is moved in order; Yes is answered')
const reordering = keptWhen(exactly(1), 'data is never sent out of order')

/** What lunkit of today does with each attribute of a TPG; `authentication` is judged with all that belongs to it. */
export const tpgSupport: SupportTable<typeof tpgAttributes> = {
  authentication: honoured,
  cache_dynamic_acls: noEffect,
  default_cmdsn_depth: honoured,
  default_erl: recoveryLevel,
  demo_mode_discovery: honoured,
  demo_mode_write_protect: honoured,
  fabric_prot_type: refusedWhen(otherThan(0), protection),
  generate_node_acls: honoured,
  login_keys_workaround: honoured,
  login_timeout: honoured,
  netif_timeout: noEffect,
  prod_mode_write_protect: honoured,
  t10_pi: refusedWhen(exactly(1), protection),
  tpg_enabled_sendtargets: keptWhen(exactly(0), 'discovery lists enabled TPGs only'),
}

/** What lunkit of today does with each attribute of a node ACL. */
export const aclSupport: SupportTable<typeof aclAttributes> = {
  authentication: honoured,
  dataout_timeout: honoured,
  dataout_timeout_retries: honoured,
  default_erl: recoveryLevel,
  nopin_response_timeout: honoured,
  nopin_timeout: honoured,
  random_datain_pdu_offsets: reordering,
  random_datain_seq_offsets: reordering,
  random_r2t_offsets: reordering,
}

/** What lunkit of today does with each parameter of a TPG; `AuthMethod` is judged with all that belongs to it. */
export const parameterSupport: { readonly [K in TpgParameter]: Support } = {
  AuthMethod: honoured,
  DataDigest: honoured,
  DataPDUInOrder: outOfOrder,
  DataSequenceInOrder: outOfOrder,
  DefaultTime2Retain: honoured,
  DefaultTime2Wait: honoured,
  ErrorRecoveryLevel: keptWhen(otherThan('0'), 'recovery within a session is not built yet; 0 is answered'),
  FirstBurstLength: honoured,
  HeaderDigest: honoured,
  IFMarkInt: noEffect,
  IFMarker: markers,
  ImmediateData: honoured,
  InitialR2T: honoured,
  MaxBurstLength: honoured,
  MaxConnections: keptWhen(otherThan('1'), 'sessions of several connections are not built yet; 1 is answered'),
  MaxOutstandingR2T: honoured,
  MaxRecvDataSegmentLength: keptWhen(
    otherThan(tpgParameters.MaxRecvDataSegmentLength.default),
    'without effect, as in LIO; initiators are told MaxXmitDataSegmentLength',
  ),
  MaxXmitDataSegmentLength: honoured,
  OFMarkInt: noEffect,
  OFMarker: markers,
  TargetAlias: honoured,
}
