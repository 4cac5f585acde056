/* numbering.h
 * Korean telephone numbers, assigned or not
 *
 * The plan is the phonenumbers library's; tests/unit/test_numbering_oracle.py lists differences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_TEXT_NUMBERING_H
#define NP_TEXT_NUMBERING_H

#include <stdbool.h>

/** naverphone.call.number_kind: prefix (digits with leading 0) */
typedef enum {
    NP_NUMBER_MOBILE = 1,         /**< 010 (11), 011 and 016 to 019 (10 or 11) */
    NP_NUMBER_SEOUL = 2,          /**< 02 (9 or 10) */
    NP_NUMBER_AREA = 3,           /**< 031-033, 041-044, 051-055, 061-064 (10 or 11); services as 031120 */
    NP_NUMBER_INTERNET_PHONE = 4, /**< 070 (11) */
    NP_NUMBER_PERSONAL = 5,       /**< 050x (11 or 12) */
    NP_NUMBER_TOLL_FREE = 6,      /**< 080 (10); from abroad 00308, 00368, 00798 */
    NP_NUMBER_PREMIUM = 7,        /**< 060 (10) */
    NP_NUMBER_REPRESENTATIVE = 8, /**< 15xx, 16xx, 18xx (8) */
    NP_NUMBER_EMERGENCY = 9,      /**< 112, 119 */
    NP_NUMBER_INTERNATIONAL = 10, /**< after 001, 002, 00700 ..., or "+" abroad */
    NP_NUMBER_CARRIER = 11,       /**< 081 to 088: through a carrier */
    NP_NUMBER_PAGER = 12,         /**< 012, 015 (10 or 11) */
    NP_NUMBER_SHORT_CODE = 13,    /**< 1xx, 13xx, 1?1xx (10114) */
    NP_NUMBER_NAME = 14,          /**< not digits */
    NP_NUMBER_UNKNOWN = 15        /**< digits outside the plan */
} np_number_kind_t;

/** Unknown strings are empty. */
typedef struct {
    np_number_kind_t kind;
    char national[32]; /**< "01012345678" */
    char e164[32];     /**< "+821012345678" */
} np_number_t;

/** Reads a SIP URI's user part, up to ';', without separators (space - . ( ) /). "+82", or "82" before a valid number,
 *  becomes 0; other "+" numbers are international; other characters make a name. Empty or too long text is unknown. */
void np_number_parse(const char *dialled, np_number_t *number);

/** Points into dialled, behind prefix and separators. NULL: not this prefix, or no E.164 number follows. */
const char *np_number_after_prefix(const char *dialled, const char *prefix);

#endif /* NP_TEXT_NUMBERING_H */
