/* endpoints.c
 * Addresses and ports in messages
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "control/layout/view.h"

#include <string.h>

/* Writes the bytes of an address (width 4) or port (width 2). False: it is unknown. */
static bool
endpoint_bytes(const np_layout_message_t *message, bool is_server, candidate_t candidate, uint8_t bytes[4])
{
    const uint8_t *address = is_server ? message->server : message->client;
    uint16_t port = is_server ? message->server_port : message->client_port;
    uint8_t big[4] = { (uint8_t)(port >> 8), (uint8_t)port, 0, 0 };

    if (candidate.width == 4) {
        memcpy(big, address, 4);
    }
    for (unsigned i = 0; i < candidate.width; i++) {
        bytes[i] = big[candidate.little ? candidate.width - 1 - i : i];
    }
    return candidate.width == 4 ? (big[0] | big[1] | big[2] | big[3]) != 0 : port != 0;
}

typedef struct {
    unsigned good;
    unsigned changes; /* matches with another value than before */
    bool has_no_zero; /* zeros may be chance */
} endpoint_t;

static endpoint_t
measure_endpoint(const view_t *view, candidate_t candidate, bool is_server)
{
    endpoint_t found = { 0, 0, false };
    unsigned total = view->totals[OWN];
    uint8_t last[4] = { 0 };

    for (unsigned i = 0; i < total; i++) {
        const view_message_t *message = view->sides[OWN][i];
        uint8_t bytes[4] = { 0 };

        if (endpoint_bytes(message->raw, is_server, candidate, bytes)
            && message->length >= candidate.offset + candidate.width
            && memcmp(message->head + candidate.offset, bytes, candidate.width) == 0) {
            found.good++;
            found.changes += memcmp(bytes, last, sizeof last) != 0;
            found.has_no_zero = found.has_no_zero || (bytes[0] != 0 && bytes[1] != 0);
            memcpy(last, bytes, sizeof last);
        } else if (i + 1 - found.good > total / 20) {
            return (endpoint_t){ 0, 0, false };
        }
    }
    return found;
}

static void
add_endpoint(view_t *view, candidate_t candidate, bool is_server, const endpoint_t *found)
{
    bool is_address = candidate.width == 4, has_several = found->changes > 1;
    double most = is_address ? 0.95 : has_several ? 0.9 : 0.6;

    np_view_add_field(view, candidate, is_address ? NP_LAYOUT_ADDRESS : NP_LAYOUT_PORT,
                      MIN(most, np_layout_confidence(found->good, view->totals[OWN]) + 0.1),
                      "that of the %s in %u of %u messages%s", is_server ? "server" : "client", found->good,
                      view->totals[OWN], has_several ? ", several values" : "");
}

static void
find_endpoints(view_t *view, unsigned width)
{
    for (unsigned i = 0; i < view->reach * 4; i++) { /* offset, side, byte order */
        candidate_t candidate = { i / 4, width, (i & 1) != 0 };
        bool is_server = (i & 2) != 0;
        endpoint_t found;

        if (!np_candidate_is_free(view, candidate)) {
            continue;
        }
        found = measure_endpoint(view, candidate, is_server);
        if (found.good && (width == 4 || found.changes > 1 || found.has_no_zero)) {
            add_endpoint(view, candidate, is_server, &found);
        }
    }
}

void
np_layout_find_addresses(view_t *view)
{
    find_endpoints(view, 4);
}

void
np_layout_find_ports(view_t *view)
{
    find_endpoints(view, 2);
}
