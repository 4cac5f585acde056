/* call_release.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "model/call_release.h"

/* From frame on. NULL: none. */
static void
apply_release(np_call_t *call, np_release_t *release, uint32_t frame)
{
    naverphone_call_info_t *info = &call->info;

    if (!call->releases) {
        call->releases = wmem_tree_new(wmem_file_scope());
    }
    wmem_tree_insert32(call->releases, frame, release);
    call->release = release;
    info->release_frame = release ? release->frame : 0;
    info->released_by = release ? release->by : NAVERPHONE_RELEASED_BY_UNKNOWN;
    info->cause = release ? release->cause : NULL;
    if (release) {
        info->duration = release->duration;
    }
    np_call_count_up(call, !release && info->state == NAVERPHONE_CALL_ANSWERED);
}

void
np_call_set_release(np_call_t *call, const np_release_t *release)
{
    apply_release(call, (np_release_t *)wmem_memdup(wmem_file_scope(), release, sizeof *release), release->frame);
}

void
np_call_revoke_release(np_call_t *call, uint32_t frame)
{
    np_release_t *next = call->crossing;

    call->crossing = NULL;
    if (!next && call->release) {
        call->info.state = call->release->before;
    }
    apply_release(call, next, frame);
}

const np_release_t *
np_call_release_at(const np_call_t *call, uint32_t frame)
{
    const np_release_t *release =
        call->releases ? (const np_release_t *)wmem_tree_lookup32_le(call->releases, frame) : NULL;
    static const np_release_t none;

    if (release) {
        return release;
    }
    return call->release ? call->release : &none;
}
