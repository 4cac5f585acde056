/* attached.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "legs/attached.h"

#include "packet-naverphone.h"

typedef struct {
    np_attached_t kind;
    void *thing;
} attachment_t;

void *
np_attached_get(const conversation_t *conversation, np_attached_t kind)
{
    const attachment_t *attachment = (const attachment_t *)conversation_get_proto_data(conversation, proto_naverphone);

    return attachment && attachment->kind == kind ? attachment->thing : NULL;
}

void
np_attached_set(conversation_t *conversation, np_attached_t kind, void *thing)
{
    attachment_t *attachment = wmem_new(wmem_file_scope(), attachment_t);

    attachment->kind = kind;
    attachment->thing = thing;
    conversation_add_proto_data(conversation, proto_naverphone, attachment);
}
