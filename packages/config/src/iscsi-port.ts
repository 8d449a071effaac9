/** The port that IANA gives to iSCSI targets. */
export const ISCSI_PORT = 3260
