/** @lunkit/pdu: the PDUs of iSCSI (RFC 7143 section 11) on the wire, and the text keys (sections 6 and 13). */
import './node-version.ts'

export type { Ahs } from './ahs.ts'
export { AhsType, readAhs, writeAhs } from './ahs.ts'
export { AsyncEvent, AsyncMessage } from './async-message.ts'
export type { Block } from './block.ts'
export { BlockPool } from './block.ts'
export type { ChapAlgorithmRow } from './chap/chap-algorithm.ts'
export { ChapAlgorithm, chapAlgorithmOf, chapAlgorithms } from './chap/chap-algorithm.ts'
export type { ChapQuestion } from './chap/chap-response.ts'
export { chapResponse } from './chap/chap-response.ts'
export { ChapSecret } from './chap/chap-secret.ts'
export { ChapValueError, parseChapAlgorithms, parseChapBinary, parseChapIdentifier } from './chap/chap-value.ts'
export { comparedName } from './compared-name.ts'
export { DataIn, DataOut } from './data.ts'
export type { PduReceiver, ReceivedHeader } from './decoder.ts'
export { Decoder, DROP, paddingOf } from './decoder.ts'
export type { ShownPdu, Turn } from './encoder.ts'
export { PduWriter } from './encoder.ts'
export { AhsError, PduError, PduFault, TextError, TextLimitError } from './error.ts'
export { ISCSI_NAME, OWN_ISCSI_NAME } from './iscsi-name.ts'
export type { DeclaredKey, ExchangedKey, Key, KeyPlace, NegotiatedKey, ObsoleteKey } from './key.ts'
export { KeyUse } from './key.ts'
export type { KeyName, Keys } from './keys.ts'
export { keyOf, keys } from './keys.ts'
export type { DecoderLimits, TextLimits } from './limits.ts'
export {
  CHAP_BINARY_BYTES,
  DECODER_LIMITS,
  DISCOVERY_TEXT_LIMITS,
  GATHER_BYTES,
  LOGIN_DATA_SEGMENT_BYTES,
  LOGIN_TEXT_LIMITS,
  NAME_BYTES,
  VALUE_BYTES,
} from './limits.ts'
export {
  ISCSI_VERSION,
  LoginRequest,
  LoginResponse,
  LoginStage,
  LoginStatus,
  LoginStatusClass,
  loginStatusClass,
} from './login.ts'
export { LogoutReason, LogoutRequest, LogoutResponse, LogoutResponseCode } from './logout.ts'
export type { Negotiation, NegotiationStart } from './negotiation.ts'
export { beginNegotiation, NegotiationPhase } from './negotiation.ts'
export type { NegotiationRefusal, NegotiationStep } from './negotiation-step.ts'
export { negotiate } from './negotiation-step.ts'
export { NopIn, NopOut } from './nop.ts'
export type { OfferChoice } from './offer.ts'
export { leaveOpen, offer, unanswered } from './offer.ts'
export { checkOffers } from './offer-check.ts'
export { InitiatorOpcode, Opcode, TargetOpcode } from './opcode.ts'
export { parametersOf, sessionWide } from './outcome.ts'
export type { Packet, PacketData } from './packet.ts'
export { dataBytes, isPacket, readPacket, writePacket } from './packet.ts'
export type { Agreed, Declared, DeclaredName, NegotiatedName, Offers, Parameters } from './parameters.ts'
export { DEFAULT_PARAMETERS } from './parameters.ts'
export type { Pdu } from './pdu.ts'
export { BasicHeader, BHS_BYTES, DataKind, DIGEST_BYTES, RESERVED_TAG } from './pdu.ts'
export { pduOf, pdus } from './pdus.ts'
export { R2T } from './ready-to-transfer.ts'
export { Reject, RejectReason } from './reject.ts'
export { saidPair, saidText } from './said.ts'
export { ScsiCommand, ScsiResponse, ScsiResponseCode, SenseSegment, TaskAttribute } from './scsi-command.ts'
export { SnackRequest, SnackType } from './snack.ts'
export {
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponse,
  TaskManagementResponseCode,
} from './task-management.ts'
export type { TextPair } from './text.ts'
export { decodeText, encodeText, splitText, TextAssembler } from './text.ts'
export { TextMask } from './text-mask.ts'
export { TextRequest, TextResponse } from './text-pdu.ts'
export type { ValueKind } from './text-value.ts'
export { formatBinary, parseBinary, parseNumber } from './text-value.ts'
export { tracePdu } from './trace.ts'
