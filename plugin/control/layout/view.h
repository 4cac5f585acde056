/* view.h
 * What the layout of one direction is inferred from, and the fields found so far. For the files of this room only.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_LAYOUT_VIEW_H
#define NP_CONTROL_LAYOUT_VIEW_H

#include "control/layout/layout.h"

#define MIN_MESSAGES    3       /* for any claim */
#define MAX_SAMPLE      1024    /* messages, where more would tell no more */
#define MAX_TYPE_VALUES 48      /* that a type or flags may have */
#define UNITS           4

/** The sides of a connection: the one whose messages' layout is inferred, and the other one. */
enum { OWN, OTHER };

typedef enum {
    ORDER_BIG,
    ORDER_LITTLE,
    ORDER_UNKNOWN
} order_t;

/** Which message is the previous one where a number counts up. */
typedef enum {
    SCOPE_OWN,                  /**< the last one of the same side in the same connection */
    SCOPE_JOINT,                /**< the last one of any side in the same connection */
    SCOPE_SERVER                /**< the last one of the own side in any connection */
} scope_t;

typedef struct view_message {
    const np_layout_message_t *raw;
    const uint8_t *head;        /**< raw->head */
    unsigned length;            /**< of head, bytes */
    int64_t  time[UNITS];       /**< of capture, Unix time in each of np_layout_units */
    int      side;
    unsigned sent[2];           /**< messages of each side in the connection so far, this one included */
    const struct view_message *first;           /**< of its side in the connection */
    const struct view_message *previous[3];     /**< by scope; NULL if there is none */
} view_message_t;

/** The bytes at one offset of all messages of a side. */
typedef struct {
    unsigned counts[256];
    unsigned have;              /**< messages that have a byte there */
    unsigned distinct;          /**< different values */
    uint8_t  value;             /**< the most frequent one */
    bool     constant, zero;
    bool     steady;            /**< the same within each connection, but not in all of them */
} column_t;

/** Bytes that may be a number or another field. */
typedef struct {
    unsigned offset, width;     /**< width 0: up to the message's end */
    bool     little;
} candidate_t;

/** Lives while np_layout_find() runs. Finders only add to the fields and what they imply, from taken on. */
typedef struct {
    view_message_t *messages;   /**< of both sides, as captured */
    unsigned  count;
    view_message_t **sides[2];  /**< by side */
    unsigned  totals[2];
    unsigned  connections;
    column_t  columns[2][NP_LAYOUT_HEAD];       /**< by side */
    const np_framing_t *framing;
    bool      goes_on;          /**< messages have bytes behind limit */
    bool      taken[NP_LAYOUT_HEAD];            /**< a field has this byte */
    bool      text[NP_LAYOUT_HEAD];             /**< ... and is text */
    order_t   order;            /**< of the numbers found */
    unsigned  limit;            /**< bytes that nearly all own messages have */
    unsigned  reach;            /**< bytes that most own messages have; enough for fields with evidence of their own */
    bool      has_transaction;  /**< the number that the sides echo is found */
    GArray   *fields;           /**< of np_layout_field_t, unsorted */
} view_t;

/* ---- messages and columns (view.c) ---------------------------------------------- */

/** How many of each unit of time make a second. */
extern const int64_t np_layout_units[UNITS];

/** Makes the view of a direction's messages, which must outlive it. Release it with np_view_free(). */
view_t *np_view_new(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_framing_t *framing);

/** Does not free the fields. */
void np_view_free(view_t *view);

/** A column of the own side. */
static inline const column_t *
own_column(const view_t *view, unsigned offset)
{
    return &view->columns[OWN][offset];
}

static inline bool
has_byte(const view_message_t *message, unsigned offset)
{
    return message && message->length > offset;
}

/** True if the byte is printable ASCII, a usual control or part of a multi-byte character. */
bool np_layout_is_text_byte(uint8_t byte);

/** True if nearly all bytes are text, or zero. */
bool np_column_is_text(const column_t *column, bool with_zero);
bool np_column_is_printable_ascii(const column_t *column);

/** True if all values look equally likely. */
bool np_column_is_random(const column_t *column);

/** True if one value is so frequent that the others may be accidents. */
bool np_column_is_nearly_constant(const column_t *column);

/** True if the byte varies, but has few enough values for a type or flags. */
bool np_view_has_few_values(const view_t *view, unsigned offset);

/* ---- candidates and fields (candidates.c) --------------------------------------- */

/** All bits of a number of that many bytes. */
uint64_t np_candidate_mask(candidate_t candidate);

/** Reads the number; false if the message is too short. */
bool np_candidate_read(const view_message_t *message, candidate_t candidate, uint64_t *value);

/** True if no field has any of the bytes, and most messages have them all. */
bool np_candidate_is_free(const view_t *view, candidate_t candidate);

/** True if it is free and not the same in all messages. */
bool np_candidate_is_variable(const view_t *view, candidate_t candidate);

/** How usual a field of that width, alignment and byte order is, from about -4 to 3. */
double np_candidate_score_form(const view_t *view, candidate_t candidate);

/** Sum of what speaks for the bytes beside core. is_small: the number begins with 0 or 1. */
double np_candidate_score_neighbours(const view_t *view, candidate_t candidate, candidate_t core, bool is_small);

/** The confidence of a claim that holds in good of total messages: near 1 for many, at most 0.5 for two. */
double np_layout_confidence(unsigned good, unsigned total);

/** Adds a field, whose bytes are taken from then on. The format describes its evidence. */
void np_view_add_field(view_t *view, candidate_t candidate, np_layout_kind_t kind, double confidence,
                       const char *format, ...) G_GNUC_PRINTF(5, 6);

/** Notes the byte order of a number that shows it, for those that do not. */
void np_view_learn_order(view_t *view, candidate_t candidate);

/* ---- numbers that count up (sequences.c, counters.c) ---------------------------- */

/** How many numbers differ from the previous one by step. */
typedef struct {
    scope_t  scope;
    uint8_t  step;              /**< 0: none is usual */
    unsigned good, total;
} steps_t;

/** The most frequent step between bytes of the own side. */
steps_t np_layout_usual_step(const view_t *view, unsigned offset, scope_t scope);

/** True if nearly all numbers differ by the step. */
bool np_layout_is_counting(steps_t steps);

/** Counts the steps up in the first max_messages of a side; 0 if numbers also go down. A step of an eighth of the
 * number's range or more is a step down. */
unsigned np_candidate_count_growth(const view_t *view, candidate_t candidate, int side, unsigned max_messages,
                                   unsigned *total);

/* ---- echoes (transactions.c) ---------------------------------------------------- */

/** How often one side repeats the numbers of the other. */
typedef struct {
    unsigned said[2];           /**< by side: numbers but 0 */
    unsigned fresh[2];          /**< ... that neither side said before in the connection */
    unsigned echoed[2];         /**< ... that the other side said first, and a few messages ago last */
    int      chooser;           /**< the side with more fresh numbers */
} echo_t;

echo_t np_candidate_find_echo(const view_t *view, candidate_t candidate);

/** True if the numbers are echoed and mostly new for each message of the chooser. */
bool np_echo_is_transaction(const echo_t *echo);

void np_echo_describe(const echo_t *echo, char *text, size_t size);

/* ---- dependence (dependence.c) -------------------------------------------------- */

#define CATEGORIES      17      /* of a column's values: the 15 most frequent ones, all others, absent */
#define CATEGORY_ABSENT (CATEGORIES - 1)

/** How much of one thing another one tells. */
typedef struct {
    double strength;            /**< 0 to 1 */
    double deviation;           /**< standard deviations from what chance gives */
} dependence_t;

/** What from (values below 64) tells of to (categories) in count messages. */
dependence_t np_dependence_measure(const uint8_t *from, const uint8_t *to, unsigned count);

/** The strength, 0 if chance may explain it. */
double np_dependence_strength(dependence_t dependence);

/** The category of each byte value. */
void np_column_categorise(const column_t *column, uint8_t categories[256]);

/* ---- finders: each adds the fields it finds ------------------------------------- */

void np_layout_find_framing_length(view_t *view);       /* lengths.c */
void np_layout_find_lengths(view_t *view);
void np_layout_find_addresses(view_t *view);            /* endpoints.c */
void np_layout_find_ports(view_t *view);
void np_layout_find_absolute_times(view_t *view);       /* times.c */
void np_layout_find_relative_times(view_t *view);
void np_layout_find_text_body(view_t *view);            /* texts.c */
void np_layout_find_strings(view_t *view);
void np_layout_find_sequences(view_t *view);            /* sequences.c */
void np_layout_find_restarting(view_t *view);
void np_layout_find_transactions(view_t *view);         /* transactions.c */
void np_layout_find_counters(view_t *view);             /* counters.c */
void np_layout_find_type(view_t *view);                 /* types.c */
void np_layout_find_flags(view_t *view);                /* flags.c */
bool np_column_has_independent_bits(const column_t *column, unsigned *bits);

/** Gives all other bytes to constants, padding, random and unknown fields, and sorts the fields. */
void np_layout_fill_up(view_t *view);                   /* remainder.c */

#endif /* NP_CONTROL_LAYOUT_VIEW_H */
