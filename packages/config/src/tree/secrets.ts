/** What stands for a password. */
export const HIDDEN = '********'

/** Whether a value is a password, by its name. */
export const isSecret = (name: string): boolean => name.endsWith('password')
