/* numbering.h
 * Naver Phone: what kind of number is this, by the Korean numbering plan
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure (glib only). Source: the Korean plan as the phonenumbers library's KR
 * region data have it (the oracle of tests/unit/test_numbering_oracle.py,
 * which lists where and why this differs). A kind says by prefix and length
 * what the digits mean in the plan, not that the block has been handed out
 * or that anyone holds the number.
 */

#ifndef NP_NUMBERING_H
#define NP_NUMBERING_H

#include <stdbool.h>

/** Values of naverphone.call.number_kind. Lengths are in digits with the leading 0. */
typedef enum {
    NP_NUMBER_MOBILE         = 1,   /* 010 (11), 011 and 016 to 019 (10 or 11) */
    NP_NUMBER_SEOUL          = 2,   /* 02 (9 or 10) */
    NP_NUMBER_AREA           = 3,   /* 031-033, 041-044, 051-055, 061-064 (10 or 11); its services too (031120) */
    NP_NUMBER_INTERNET_PHONE = 4,   /* 070 (11) */
    NP_NUMBER_PERSONAL       = 5,   /* 050x (11 or 12) */
    NP_NUMBER_TOLL_FREE      = 6,   /* 080 (10); from abroad 00308, 00368, 00798 */
    NP_NUMBER_PREMIUM        = 7,   /* 060 (10) */
    NP_NUMBER_REPRESENTATIVE = 8,   /* 15xx, 16xx, 18xx (8, no leading 0) */
    NP_NUMBER_EMERGENCY      = 9,   /* 112, 119 */
    NP_NUMBER_INTERNATIONAL  = 10,  /* after 001, 002, 00700 ...; or "+" and not Korea */
    NP_NUMBER_CARRIER        = 11,  /* 081 to 088: a number by way of a carrier */
    NP_NUMBER_PAGER          = 12,  /* 012, 015 (10 or 11) */
    NP_NUMBER_SHORT_CODE     = 13,  /* other 1xx, 13xx, the operators' 1?1xx (10114) */
    NP_NUMBER_NAME           = 14,  /* not digits */
    NP_NUMBER_UNKNOWN        = 15   /* digits, but of no shape the plan has */
} np_number_kind_t;

typedef struct {
    np_number_kind_t kind;
    char national[32];  /* digits as dialled in Korea, "01012345678"; after "+" of another country and for a Name: "" */
    char e164[32];      /* "+821012345678"; "" where there is none (short code, emergency, name, unknown) */
} np_number_t;

/**
 * Understands the user part of a SIP URI as it was sent.
 * Visual separators (blank - . ( ) /) are ignored, as is all from the first
 * ';' on; +82 (or 82 before what is then a valid number) becomes the national
 * 0; another + is International. Anything else makes it a Name. The empty
 * text is Unknown, so are digits too many for national[].
 * Never fails: kind tells.
 */
void np_number_parse(const char *dialled, np_number_t *number);

/** Is it a number of the plan: neither Name nor Unknown? */
bool np_number_is_valid(const np_number_t *number);

/**
 * What follows a service prefix ("770") in what was dialled, if a valid
 * subscriber number does: one that has an E.164 form, so no emergency or
 * short code, and no carrier code before what is no number.
 * @return a pointer into dialled, after the prefix (and after separators
 *         between them); NULL if there is no such prefix (or it is empty), or
 *         no such number after it.
 */
const char *np_number_after_prefix(const char *dialled, const char *prefix);

#endif /* NP_NUMBERING_H */
