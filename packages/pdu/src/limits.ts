/** What bounds the incremental decoder. */
export interface DecoderLimits {
  /** The longest additional header segments, in bytes, that a PDU may have. */
  readonly ahsBytes: number
  /** How many PDUs one `push` decodes; the rest of the chunk is left to the caller's next turn. */
  readonly pdusPerPush: number
}

/** As many additional header segments as the length in a header can tell, 255 words: who cannot use them can answer. */
export const DECODER_LIMITS: DecoderLimits = { ahsBytes: 1020, pdusPerPush: 1024 }

/** What bounds a text that may come in several PDUs. */
export interface TextLimits {
  /** Length of the whole text in bytes. */
  readonly textBytes: number
  /** How many key=value pairs it may have. */
  readonly keys: number
}

/** For one exchange of the login phase. */
export const LOGIN_TEXT_LIMITS: TextLimits = { textBytes: 16_384, keys: 64 }
/** For what an initiator reads as the answer to SendTargets. */
export const DISCOVERY_TEXT_LIMITS: TextLimits = { textBytes: 4_194_304, keys: 65_536 }

/** RFC 7143 6.1: the longest key name, in bytes. */
export const KEY_NAME_BYTES = 63
/** RFC 7143 6.1: the longest value of a key that does not say otherwise is 255 bytes; CHAP's and SRP's are longer. */
export const VALUE_BYTES = 8192
/** RFC 7143 12.1.3: the most bytes that CHAP_C and CHAP_R have. */
export const CHAP_BINARY_BYTES = 1024
/** RFC 7143 4.2.7: the longest iSCSI name, in bytes. */
export const NAME_BYTES = 223
/** RFC 7143 13.12: the longest data segment before a MaxRecvDataSegmentLength was declared, and all through login. */
export const LOGIN_DATA_SEGMENT_BYTES = 8192

/** Size of the blocks in which an encoder composes. */
export const BLOCK_BYTES = 65_536
/** How many blocks without a user are kept for the next one. */
export const SPARE_BLOCKS = 64
/** Data segments up to this length are copied behind their header; longer ones are sent from where they lie. */
export const GATHER_BYTES = 8192
