/* view.h
 * What the layout finders share; private to them
 *
 * One direction is analysed: its sender is OWN, the other side OTHER. A view has the messages of both, because echoes
 * are evidence, too. Each finder looks for one kind of field among the bytes that are free, and takes those that it
 * finds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_CONTROL_LAYOUT_VIEW_H
#define NP_CONTROL_LAYOUT_VIEW_H

#include "control/layout/layout.h"

#define MIN_MESSAGES 3     /* below: nothing is found */
#define MAX_SAMPLE 1024    /* messages that are examined */
#define MAX_TYPE_VALUES 48 /* different values of a type */
#define UNITS 4            /* of time */

/** Sides. */
enum {
    OWN,
    OTHER
};

/** Byte order of the protocol. */
typedef enum {
    ORDER_BIG,
    ORDER_LITTLE,
    ORDER_UNKNOWN
} order_t;

/** The earlier message that a number is compared with. */
typedef enum {
    SCOPE_OWN,   /**< same side, same connection */
    SCOPE_JOINT, /**< either side, same connection */
    SCOPE_SERVER /**< OWN, any connection */
} scope_t;

/** A message in the view. */
typedef struct view_message {
    const np_layout_message_t *raw;
    const uint8_t *head;
    unsigned length;     /**< bytes of head, not of the message */
    int64_t time[UNITS]; /**< of capture, in each of np_layout_units */
    int side;
    unsigned sent[2];                       /**< by each side in this connection so far */
    const struct view_message *first;       /**< message of this side and connection */
    const struct view_message *previous[3]; /**< by scope_t; NULL: none */
} view_message_t;

/** The bytes that one side's messages have at one offset. */
typedef struct {
    unsigned counts[256];
    unsigned have; /**< messages that have the byte */
    unsigned distinct;
    uint8_t value;       /**< most frequent */
    bool constant, zero; /**< all the same; all zero */
    bool steady;         /**< constant within each connection */
} column_t;

/** Bytes that may be a field, as a number. */
typedef struct {
    unsigned offset, width; /**< bytes; width 0: to the message's end */
    bool little;
} candidate_t;

/** The messages, and what was found so far. Finders change only taken and what follows it. Lives during
 *  np_layout_find(). */
typedef struct {
    view_message_t *messages; /**< both sides, in capture order */
    unsigned count;
    view_message_t **sides[2]; /**< pointers to those of one side */
    unsigned totals[2];        /**< their numbers */
    unsigned connections;
    column_t columns[2][NP_LAYOUT_HEAD];
    const np_framing_t *framing;
    bool goes_on; /**< a message is longer than limit */
    bool taken[NP_LAYOUT_HEAD];
    bool text[NP_LAYOUT_HEAD]; /**< taken by a text field */
    order_t order;             /**< found so far */
    unsigned limit;            /**< bytes that 95 % of OWN messages have */
    unsigned reach;            /**< bytes that 75 % have, up to a text body */
    bool has_transaction;      /**< one was found */
    GArray *fields;            /**< np_layout_field_t, unsorted */
} view_t;

/* ---- view.c --------------------------------------------------------------------- */

/** Ticks per second of each unit of time. */
extern const int64_t np_layout_units[UNITS];

/** The messages must outlive the view. np_view_free() does not free the fields. */
view_t *np_view_new(const np_layout_message_t *messages, size_t count, uint8_t direction, const np_framing_t *framing);

void np_view_free(view_t *view);

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

/** True if 98 % of the bytes are text (with_zero: or zero). */
bool np_column_is_text(const column_t *column, bool with_zero);
bool np_column_is_printable_ascii(const column_t *column);

bool np_column_is_random(const column_t *column);

/** True if 95 % of the bytes are the same. */
bool np_column_is_nearly_constant(const column_t *column);

/** True if free, with 2 to MAX_TYPE_VALUES values that occur three times on average. */
bool np_view_has_few_values(const view_t *view, unsigned offset);

/* ---- candidates.c --------------------------------------------------------------- */

/** The greatest number that fits. */
uint64_t np_candidate_mask(candidate_t candidate);

/** False: the message is too short. */
bool np_candidate_read(const view_message_t *message, candidate_t candidate, uint64_t *value);

/** The confidence in a field if good of total messages agree: 0 to 1; at most 0.5 for a total of two. */
double np_layout_confidence(unsigned good, unsigned total);

/** Adds a field, and marks its bytes as taken. confidence: 0 to 1. format: the evidence in words, as for printf(). */
void np_view_add_field(view_t *view, candidate_t candidate, np_layout_kind_t kind, double confidence,
                       const char *format, ...) G_GNUC_PRINTF(5, 6);

/** True if no byte is taken or beyond reach. */
bool np_candidate_is_free(const view_t *view, candidate_t candidate);

/** True if it is free, and one of its bytes is not constant. */
bool np_candidate_is_variable(const view_t *view, candidate_t candidate);

/** Call it for a candidate that became a field: its byte order is the protocol's, unless that is known. */
void np_view_learn_order(view_t *view, candidate_t candidate);

/** Rates width, alignment and byte order: about -4 to 3, higher is more usual. */
double np_candidate_score_form(const view_t *view, candidate_t candidate);

/** Rates whether the bytes outside core belong to it, as its upper bytes. is_small: its numbers start at 0 or 1. */
double np_candidate_score_neighbours(const view_t *view, candidate_t candidate, candidate_t core, bool is_small);

/* ---- sequences.c, counters.c ---------------------------------------------------- */

/** How many numbers increase by step, compared with the earlier message in scope. */
typedef struct {
    scope_t scope;
    uint8_t step; /**< 0: none */
    unsigned good, total;
} steps_t;

/** The most frequent step of the bytes at one offset, up to 16. */
steps_t np_layout_usual_step(const view_t *view, unsigned offset, scope_t scope);

/** True if 90 % take the step. */
bool np_layout_is_counting(steps_t steps);

/** Counts pairs of successive messages whose numbers increase, among a side's first max_messages. *total: all pairs.
 *  A step above an eighth of the range counts as a decrease. Returns 0 if over 2 % decrease. */
unsigned np_candidate_count_growth(const view_t *view, candidate_t candidate, int side, unsigned max_messages,
                                   unsigned *total);

/* ---- transactions.c ------------------------------------------------------------- */

/** How often one side repeats the other's numbers; by side. */
typedef struct {
    unsigned used[2];   /**< numbers other than 0 */
    unsigned fresh[2];  /**< new in the connection */
    unsigned echoed[2]; /**< from the other side's last 8 messages */
    int chooser;        /**< side with more fresh numbers */
} echo_t;

echo_t np_candidate_find_echo(const view_t *view, candidate_t candidate);

/** True if numbers are echoed, and half of the chooser's are fresh. */
bool np_echo_is_transaction(const echo_t *echo);

/** Writes the evidence in words. */
void np_echo_describe(const echo_t *echo, char *text, size_t size);

/* ---- dependence.c --------------------------------------------------------------- */

#define CATEGORIES 17 /* 15 most frequent values, others, absent */
#define CATEGORY_ABSENT (CATEGORIES - 1)

/** How well one byte or property of messages predicts another. */
typedef struct {
    double strength;  /**< 0 to 1 */
    double deviation; /**< standard deviations above chance */
} dependence_t;

/** from, to: the categories of count messages; from below 64, to below CATEGORIES. */
dependence_t np_dependence_measure(const uint8_t *from, const uint8_t *to, unsigned count);

/** 0 if it may be chance. */
double np_dependence_strength(dependence_t dependence);

/** Gives each value a category: the most frequent ones get their own. */
void np_column_categorise(const column_t *column, uint8_t categories[256]);

/* ---- finders: a file for each kind of evidence ---------------------------------- */

void np_layout_find_framing_length(view_t *view);
void np_layout_find_lengths(view_t *view);
void np_layout_find_addresses(view_t *view);
void np_layout_find_ports(view_t *view);
void np_layout_find_absolute_times(view_t *view);
void np_layout_find_relative_times(view_t *view);
void np_layout_find_text_body(view_t *view);
void np_layout_find_strings(view_t *view);
void np_layout_find_sequences(view_t *view);
void np_layout_find_restarting(view_t *view);
void np_layout_find_transactions(view_t *view);
void np_layout_find_counters(view_t *view);
void np_layout_find_type(view_t *view);
void np_layout_find_flags(view_t *view);
/** True if the value has about the entropy of its bits together. *bits: how many bits vary. */
bool np_column_has_independent_bits(const column_t *column, unsigned *bits);

/** Makes fields of the bytes that are left, and sorts all fields. */
void np_layout_fill_up(view_t *view);

#endif /* NP_CONTROL_LAYOUT_VIEW_H */
