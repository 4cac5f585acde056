/* references.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/references.h"

#include "storage.h"
#include "text/parameters.h"

#define MAX_ADDED 4096 /* each is compared with all values */
#define EXPECTED 24    /* values of a session with two calls */

struct np_references {
    wmem_array_t *values; /* np_known_value_t */
    unsigned added;       /* also values that were known */
};

np_references_t *
np_references_new(void)
{
    np_references_t *references = wmem_new0(wmem_file_scope(), np_references_t);

    references->values = wmem_array_sized_new(wmem_file_scope(), sizeof(np_known_value_t), EXPECTED);
    return references;
}

unsigned
np_references_count(const np_references_t *references)
{
    return wmem_array_get_count(references->values);
}

const np_known_value_t *
np_references_get(const np_references_t *references, unsigned index)
{
    return (const np_known_value_t *)wmem_array_index(references->values, index);
}

static bool
is_known(const np_references_t *references, const np_known_value_t *value)
{
    for (unsigned i = 0; i < np_references_count(references); i++) {
        const np_known_value_t *known = np_references_get(references, i);

        if (known->kind == value->kind && known->port == value->port && known->length == value->length
            && memcmp(known->bytes, value->bytes, value->length) == 0) {
            return true;
        }
    }
    return false;
}

static void
add_value(np_references_t *references, np_known_value_t value)
{
    if (references->added >= MAX_ADDED) {
        return;
    }
    references->added++;
    if (!is_known(references, &value)) {
        value.bytes = np_copy_span((np_span_t){ value.bytes, value.length }).data;
        wmem_array_append_one(references->values, value);
    }
}

void
np_references_add_bytes(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t value)
{
    if (value.data && value.len >= NP_REFERENCES_MIN_LENGTH && value.len <= NP_REFERENCES_MAX_LENGTH) {
        add_value(references, (np_known_value_t){
                                  .kind = kind, .frame = frame, .bytes = value.data, .length = (uint32_t)value.len });
    }
}

void
np_references_add_text(np_references_t *references, np_reference_t kind, uint32_t frame, const char *value)
{
    np_references_add_bytes(references, kind, frame, np_span_of(value));
}

void
np_references_add_parameter(np_references_t *references, np_reference_t kind, uint32_t frame, np_span_t sent)
{
    GByteArray *decoded;

    if (!sent.data || sent.len < NP_REFERENCES_MIN_LENGTH) {
        return;
    }
    np_references_add_bytes(references, kind, frame, sent);
    decoded = g_byte_array_new();
    np_parameter_decode(sent, decoded);
    np_references_add_bytes(references, kind, frame, (np_span_t){ decoded->data, decoded->len });
    g_byte_array_unref(decoded);
}

/* Ignores what is no number, such as a name. */
static void
add_number(np_references_t *references, uint32_t frame, const char *dialled)
{
    const char *digits = dialled && dialled[0] == '+' ? dialled + 1 : dialled;
    np_span_t number = np_span_of(digits);

    if (number.len >= NP_REFERENCES_MIN_DIGITS && strspn(digits, "0123456789") == number.len) {
        np_references_add_bytes(references, NP_REFERENCE_DIALLED, frame, number);
    }
}

void
np_references_add_call(np_references_t *references, uint32_t frame, const naverphone_call_info_t *call)
{
    np_references_add_text(references, NP_REFERENCE_CALL_ID, frame, call->id);
    np_references_add_text(references, NP_REFERENCE_SIP_USER, frame, call->caller);
    add_number(references, frame, call->dialled);
    add_number(references, frame, call->phone_number);
    add_number(references, frame, call->phone_number_e164);
}

void
np_references_add_socket(np_references_t *references, np_reference_t kind, uint32_t frame, const address *host,
                         uint16_t port)
{
    if (host->type == AT_IPv4 || host->type == AT_IPv6) {
        add_value(references, (np_known_value_t){ .kind = kind,
                                                  .frame = frame,
                                                  .bytes = (const uint8_t *)host->data,
                                                  .length = (uint32_t)host->len,
                                                  .port = port });
    }
}

void
np_references_add_ssrc(np_references_t *references, uint32_t frame, uint32_t ssrc)
{
    uint8_t bytes[4];

    phtonu32(bytes, ssrc);
    np_references_add_bytes(references, NP_REFERENCE_SSRC, frame, (np_span_t){ bytes, sizeof bytes });
}
