/* numbering.h
 * Kinds of telephone numbers in the Korean numbering plan
 *
 * Pure: glib only. The plan is that of the phonenumbers library's data for KR, which is also the oracle of
 * tests/unit/test_numbering_oracle.py; that test lists all differences. A kind says what prefix and length mean in the
 * plan. It does not say that the number is assigned.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_NUMBERING_H
#define NP_TEXT_NUMBERING_H

#include <stdbool.h>

/** Values of naverphone.call.number_kind. Lengths are in digits with the leading 0. */
typedef enum {
    NP_NUMBER_MOBILE         = 1,   /**< 010 (11), 011 and 016 to 019 (10 or 11) */
    NP_NUMBER_SEOUL          = 2,   /**< 02 (9 or 10) */
    NP_NUMBER_AREA           = 3,   /**< 031-033, 041-044, 051-055, 061-064 (10 or 11); also its services (031120) */
    NP_NUMBER_INTERNET_PHONE = 4,   /**< 070 (11) */
    NP_NUMBER_PERSONAL       = 5,   /**< 050x (11 or 12) */
    NP_NUMBER_TOLL_FREE      = 6,   /**< 080 (10); from abroad 00308, 00368, 00798 */
    NP_NUMBER_PREMIUM        = 7,   /**< 060 (10) */
    NP_NUMBER_REPRESENTATIVE = 8,   /**< 15xx, 16xx, 18xx (8, no leading 0) */
    NP_NUMBER_EMERGENCY      = 9,   /**< 112, 119 */
    NP_NUMBER_INTERNATIONAL  = 10,  /**< after 001, 002, 00700 …, or "+" and not Korea */
    NP_NUMBER_CARRIER        = 11,  /**< 081 to 088: a number dialled through a carrier */
    NP_NUMBER_PAGER          = 12,  /**< 012, 015 (10 or 11) */
    NP_NUMBER_SHORT_CODE     = 13,  /**< other 1xx, 13xx, the operators' 1?1xx (10114) */
    NP_NUMBER_NAME           = 14,  /**< not digits */
    NP_NUMBER_UNKNOWN        = 15   /**< digits, but no number of the plan */
} np_number_kind_t;

/** A number. All texts are NUL-terminated, and empty where the number has no such form. */
typedef struct {
    np_number_kind_t kind;
    char national[32];  /**< as dialled in Korea, "01012345678"; empty for a name and a number of another country */
    char e164[32];      /**< "+821012345678"; empty for short codes, emergency numbers, names and unknown ones */
} np_number_t;

/**
 * Reads the user part of a SIP URI as it was sent. Visual separators (blank - . ( ) /) and everything from the first
 * ';' on are ignored. "+82", or "82" before what is then a valid number, is replaced by the national 0; another "+"
 * makes the number international. Any other character makes it a name. An empty text is unknown, as are digits that do
 * not fit national. Never fails.
 */
void np_number_parse(const char *dialled, np_number_t *number);

/** Returns true if the kind is one of the plan: neither name nor unknown. */
bool np_number_is_valid(const np_number_t *number);

/**
 * Returns what follows a service prefix ("770") and separators in dialled, if it is a subscriber's number: one with an
 * E.164 form, so no emergency number or short code. Returns a pointer into dialled; NULL if dialled does not begin with
 * the prefix, the prefix is empty, or no such number follows.
 */
const char *np_number_after_prefix(const char *dialled, const char *prefix);

#endif /* NP_TEXT_NUMBERING_H */
