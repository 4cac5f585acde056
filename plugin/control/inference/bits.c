/* bits.c
 * Evidence for a framing, in bits of improbability
 *
 *    ends      Messages end with segments more often than by chance. Only distinct distances count, as equal messages
 *              repeat their hits.
 *    zeros     Upper bytes of the field are always zero. Only distinct lengths count.
 *    columns   Bytes at one offset of all messages vary less than the stream's.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/inference/candidate.h"

#include <math.h>

#define MAX_HIT_BITS 8   /* of one hit */
#define MAX_ZERO_BITS 4  /* of one zero byte */
#define RESTART_BITS 4.0 /* lost with each restart of the walk */
/* The mean bits of column bytes count once for each COLUMN_BYTES of the stream, COLUMN_WEIGHT times at most. */
#define COLUMN_BYTES 32
#define COLUMN_WEIGHT 30

bool
np_framing_is_natural(const np_framing_t *framing)
{
    return framing->add == 0 || framing->add == framing->offset || framing->add == framing->offset + framing->width;
}

double
np_bits_per_hit(const stream_t *stream, const tally_t *tally)
{
    double chance = ((double)tally->messages + 1) / ((double)stream->length + 2);
    double hits = tally->hits, ends = tally->ends;
    double rate = hits / ends, bits;

    if (rate <= chance) {
        return 0;
    }
    bits = hits * log2(rate / chance);
    if (tally->hits < tally->ends) {
        bits += (ends - hits) * log2((1 - rate) / (1 - chance));
    }
    return MIN(bits / hits, MAX_HIT_BITS);
}

double
np_bits_of_ends(const stream_t *stream, const tally_t *tally)
{
    double weight;

    if (tally->hits < 2 || tally->distances < 2) {
        return 0;
    }
    weight = tally->distances - 1 + MIN(tally->repeats / 8.0, tally->distances);
    return weight * np_bits_per_hit(stream, tally);
}

static unsigned
count_zero_bytes(const np_framing_t *framing, const tally_t *tally)
{
    unsigned zeros = 0;

    for (unsigned i = framing->width; i > 1 && !(tally->field_bits >> (8 * (i - 1)) & 0xff); i--) {
        zeros++;
    }
    return zeros;
}

double
np_bits_of_zeros(const stream_t *stream, const np_framing_t *framing, const tally_t *tally)
{
    double per_byte = MIN(stream->bits[0], MAX_ZERO_BITS);

    if (framing->kind != NP_FRAMING_LENGTH || tally->lengths < 2) {
        return 0;
    }
    return MIN((tally->lengths - 1) * count_zero_bytes(framing, tally) * per_byte, 24);
}

double
np_bits_of_choice(const np_framing_t *framing)
{
    double bits = 4;

    if (framing->kind != NP_FRAMING_LENGTH) {
        return bits;
    }
    bits += log2(1 + framing->offset) + (framing->little ? 0.5 : 0) + ((framing->offset % framing->width) ? 1 : 0);
    if (framing->width == 1 || framing->width == 3) {
        bits += 1.5;
    }
    if (np_framing_is_natural(framing)) {
        return bits;
    }
    return bits + (framing->add > framing->offset + framing->width && framing->add <= 64 ? 2 : 5);
}

/* Each restart is another chance. */
double
np_bits_of_restarts(const tally_t *tally)
{
    return RESTART_BITS * (tally->skipped + tally->failures);
}

/* Bits saved by a distribution of its own, less its cost. */
static double
bits_of_column(const stream_t *stream, const column_t *column)
{
    const double total = log2(column->total), cost = 0.5 * log2(column->total + 1.0) + 4;
    double bits = 0;
    unsigned left = column->total;

    for (unsigned value = 0; left > 0; left -= column->counts[value++]) {
        double count = column->counts[value];

        if (count > 0) {
            double saved = count * (log2(count) - total + stream->bits[value]) - cost;

            bits += count > 1 ? saved : MIN(saved, 0); /* a value that occurs once saves nothing */
        }
    }
    return MAX(bits, 0);
}

/* A plain sum would favour short messages. If most segments end within a message, messages that begin a segment do not
 * count: restarts lead to them, and segments may begin alike whatever the framing is. */
double
np_bits_of_columns(const stream_t *stream, const np_framing_t *framing, const tally_t *tally)
{
    column_t columns[COLUMNS] = { { { 0 }, 0 } };
    double bits = 0, bytes = 0;

    np_stream_fill_columns(stream, framing, framing->kind == NP_FRAMING_LENGTH && has_loose_ends(tally), columns);
    for (unsigned i = 0; i < COLUMNS; i++) {
        bool in_field = framing->kind == NP_FRAMING_LENGTH && i >= framing->offset
                     && i < (unsigned)framing->offset + framing->width;

        if (!in_field && columns[i].total > 1) {
            bits += bits_of_column(stream, &columns[i]);
            bytes += columns[i].total;
        }
    }
    return bytes > 0 ? bits / bytes * MIN((double)stream->length / COLUMN_BYTES, COLUMN_WEIGHT) : 0;
}
