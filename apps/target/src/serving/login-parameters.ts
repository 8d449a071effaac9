import type { GroupPlan } from '@lunkit/config'
import type { LoginParameters } from 'lunkit'

/**
 * A TPG's parameters as a login offers them. What an initiator may send in one PDU, its MaxRecvDataSegmentLength, is
 * LIO's MaxXmitDataSegmentLength: LIO's own MaxRecvDataSegmentLength is never told to anybody.
 */
export function loginParameters({ parameters }: GroupPlan): LoginParameters {
  const maxBurstBytes = Number(parameters.MaxBurstLength)
  return {
    HeaderDigest: digests(parameters.HeaderDigest),
    DataDigest: digests(parameters.DataDigest),
    InitialR2T: parameters.InitialR2T === 'Yes',
    ImmediateData: parameters.ImmediateData === 'Yes',
    MaxRecvDataSegmentLength: Number(parameters.MaxXmitDataSegmentLength),
    MaxBurstLength: maxBurstBytes,
    // RFC 7143 13.14: it must not exceed MaxBurstLength; LIO lets them be set apart.
    FirstBurstLength: Math.min(Number(parameters.FirstBurstLength), maxBurstBytes),
    DefaultTime2Wait: Number(parameters.DefaultTime2Wait),
    DefaultTime2Retain: Number(parameters.DefaultTime2Retain),
    MaxOutstandingR2T: Number(parameters.MaxOutstandingR2T),
  }
}

function digests(list: string): ('CRC32C' | 'None')[] {
  return list.split(',').filter(name => name === 'CRC32C' || name === 'None')
}
