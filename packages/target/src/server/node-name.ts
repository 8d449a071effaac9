/**
 * An iSCSI name in the one form in which names are compared: RFC 3722 folds case, and the characters that it would map
 * otherwise do not occur in the names that are in use (iqn., eui., naa.).
 */
export const comparedName = (name: string): string => name.normalize('NFKC').toLowerCase()
