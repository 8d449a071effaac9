/** How many commands a session has on their way at once, whatever window the target opens; the rest waits. */
export const MAX_TASKS = 1024
/** How many requests and responses a login may take. */
export const LOGIN_EXCHANGES = 32
/** How many times a login follows a redirection. */
export const REDIRECTIONS = 4
/** Length of the memory in which a socket receives, in bytes. */
export const RECEIVE_BUFFER_BYTES = 262_144
/** How long a connection and its login may take. */
export const LOGIN_TIMEOUT_MS = 15_000
/** How long a logout waits for its answer before the connection is closed without it. */
export const LOGOUT_TIMEOUT_MS = 5000
/** How long ABORT TASK for a command that nobody waits for any longer may go unanswered before the connection is dropped. */
export const ABORT_TIMEOUT_MS = 2000
/** How often a target's silence is looked for, and how long it may go on once the target was pinged. */
export const KEEP_ALIVE_MS = { intervalMs: 5000, timeoutMs: 5000 }
/** How long sense data and response data of one SCSI Response may be, in bytes. */
export const RESPONSE_DATA_BYTES = 65_536
/** How many bytes a block device moves with one command. */
export const TRANSFER_BYTES = 1_048_576
/** How many commands a block device has on their way for one operation. */
export const TRANSFERS_AT_ONCE = 8
/** How many unit attentions of a unit a command passes over before it fails with one. */
export const UNIT_ATTENTIONS = 8
/** The iSCSI port, RFC 7143 13.8. */
export const ISCSI_PORT = 3260
