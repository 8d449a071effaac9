/* MD5 (RFC 1321), and the response of CHAP (RFC 1994 4.1) that is made by it. */
#ifndef CHAP_MD5_H
#define CHAP_MD5_H
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHAP_BYTES 16
#define CHAP_MOST_BYTES 2048

static void md5_block(uint32_t state[4], const uint8_t *block) {
  static const int shifts[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
  static uint32_t sines[64];
  uint32_t words[16], a = state[0], b = state[1], c = state[2], d = state[3];
  if (!sines[0])
    for (int i = 0; i < 64; i++) sines[i] = (uint32_t)(long long)(fabs(sin(i + 1)) * 4294967296.0);
  for (int i = 0; i < 16; i++)
    words[i] = block[4 * i] | block[4 * i + 1] << 8 | block[4 * i + 2] << 16 | (uint32_t)block[4 * i + 3] << 24;
  for (int i = 0; i < 64; i++) {
    uint32_t f;
    int at;
    if (i < 16) f = (b & c) | (~b & d), at = i;
    else if (i < 32) f = (d & b) | (~d & c), at = (5 * i + 1) & 15;
    else if (i < 48) f = b ^ c ^ d, at = (3 * i + 5) & 15;
    else f = c ^ (b | ~d), at = (7 * i) & 15;
    uint32_t sum = a + f + sines[i] + words[at];
    int shift = shifts[i / 16][i % 4];
    a = d;
    d = c;
    c = b;
    b += sum << shift | sum >> (32 - shift);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

static void md5(uint8_t digest[CHAP_BYTES], const uint8_t *bytes, size_t n) {
  uint32_t state[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };
  uint8_t tail[128] = { 0 };
  size_t at = 0;
  for (; at + 64 <= n; at += 64) md5_block(state, bytes + at);
  size_t rest = n - at, length = rest < 56 ? 64 : 128;
  memcpy(tail, bytes + at, rest);
  tail[rest] = 0x80;
  for (int i = 0; i < 8; i++) tail[length - 8 + i] = (uint64_t)n * 8 >> (8 * i);
  for (size_t i = 0; i < length; i += 64) md5_block(state, tail + i);
  for (int i = 0; i < CHAP_BYTES; i++) digest[i] = state[i / 4] >> (8 * (i % 4));
}

/* Writes the response in hexadecimal; answers other than 0 where the challenge is not hexadecimal itself. */
static int chap_response(char hex[2 * CHAP_BYTES + 1], int identifier, const char *secret, const char *challenge) {
  uint8_t bytes[CHAP_MOST_BYTES], digest[CHAP_BYTES];
  size_t n = 0, length = strlen(secret), digits = strlen(challenge);
  if (strncmp(challenge, "0x", 2) || digits % 2 || 1 + length + digits / 2 > sizeof bytes) return 1;
  bytes[n++] = identifier;
  memcpy(bytes + n, secret, length);
  n += length;
  for (size_t at = 2; at < digits; at += 2) {
    char pair[3] = { challenge[at], challenge[at + 1], 0 };
    bytes[n++] = strtoul(pair, NULL, 16);
  }
  md5(digest, bytes, n);
  for (int i = 0; i < CHAP_BYTES; i++) sprintf(hex + 2 * i, "%02x", digest[i]);
  return 0;
}
#endif
