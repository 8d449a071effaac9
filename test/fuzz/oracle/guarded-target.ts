/** The target that lets nobody in who has not shown by CHAP who it is. */
export const GUARDED_TARGET_NAME = 'iqn.2026-11.io.lunkit:guarded'

/** What an initiator must know, by LIO's words: its name and its secret. */
export const INITIATOR = { name: 'alice', secret: 'secretsecret12' } as const
/** What the target shows in its turn. */
export const ITSELF = { name: 'guard', secret: 'mutualsecret12' } as const
