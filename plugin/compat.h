/* compat.h
 * All differences between Wireshark versions. NP_API_ macros show what its headers declare (cmake/WiresharkApi.cmake).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef NP_COMPAT_H
#define NP_COMPAT_H

/* Wireshark's headers expect HAVE_SSIZE_T; only Microsoft's C library lacks ssize_t. */
#if !defined(HAVE_SSIZE_T) && !defined(_MSC_VER)
#define HAVE_SSIZE_T 1
#endif

#include <ws_version.h>

#include <epan/conversation.h>
#include <epan/packet.h>
#include <epan/stat_groups.h>
#include <epan/strutil.h>
#include <epan/tap.h>
#include <wsutil/pint.h>

#include <epan/conversation_filter.h> /* 4.0: lacks glib */

#define NP_WIRESHARK_AT_LEAST(major, minor) \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

#ifdef NP_API_BOOL
typedef bool np_bool_t;
#else
typedef gboolean np_bool_t;
#endif

/* Name since 4.4. */
#ifndef NP_API_TVB_GET_UINT
#define tvb_get_uint8 tvb_get_guint8
#endif

/* Names since 4.6. */
#ifndef NP_API_PNTOHU
#define pntohu16 pntoh16
#define pntohu32 pntoh32
#define phtonu16 phton16
#define phtonu32 phton32
#endif

/* Scope NULL: wmem_free(NULL, …) it. */
static inline char *
np_format_text(wmem_allocator_t *scope, const char *text)
{
    const void *characters = text; /* char * or unsigned char *, by version */

    return format_text(scope, characters, strlen(text));
}

/* gzip or deflate; NULL: not compressed. */
static inline tvbuff_t *
np_uncompress(tvbuff_t *parent, tvbuff_t *tvb)
{
#ifdef NP_API_UNCOMPRESS_ZLIB
    return tvb_child_uncompress_zlib(parent, tvb, 0, (int)tvb_captured_length(tvb));
#else
    return tvb_child_uncompress(parent, tvb, 0, (int)tvb_captured_length(tvb));
#endif
}

/* NULL: none. Since 4.4 the preference conversation_deinterlacing_key keeps connections of the same ends on different
 * VLANs or interfaces apart, and TCP looks them up in this way. */
static inline conversation_t *
np_find_tcp_conversation(packet_info *pinfo)
{
#if defined(NP_API_FIND_STRAT_WAY)
    return find_conversation_strat(pinfo, CONVERSATION_TCP, 0, false);
#elif defined(NP_API_FIND_STRAT)
    return find_conversation_strat(pinfo, CONVERSATION_TCP, 0);
#else
    return find_conversation(pinfo->num, &pinfo->src, &pinfo->dst, CONVERSATION_TCP, pinfo->srcport, pinfo->destport,
                             0);
#endif
}

#ifdef NP_API_TELEPHONY_GROUP
#define NP_TELEPHONY_MENU REGISTER_TELEPHONY_GROUP_UNSORTED
#else
#define NP_TELEPHONY_MENU REGISTER_STAT_GROUP_TELEPHONY
#endif

/* Since 4.4, Wireshark measures jitter after a telephone event from that event (RFC 3550), not from the last packet
 * before it. Our statistics follow. No header shows this. */
#define NP_JITTER_FROM_EVENTS NP_WIRESHARK_AT_LEAST(4, 4)

/* Since 4.4, callbacks get registered data. */
#ifdef NP_API_FILTER_DATA
#define NP_CONVERSATION_FILTER_PARAMETERS packet_info *pinfo, void *data _U_
#else
#define NP_CONVERSATION_FILTER_PARAMETERS packet_info *pinfo
#endif

static inline void
np_conversation_filter_register(const char *protocol_name, const char *title, is_filter_valid_func is_valid,
                                build_filter_string_func build)
{
#ifdef NP_API_FILTER_DATA
    register_conversation_filter(protocol_name, title, is_valid, build, NULL);
#else
    register_conversation_filter(protocol_name, title, is_valid, build);
#endif
}

/* Exported, but missing from development packages. The layout is the same in 4.0, 4.4 and 4.6, but for the boolean
 * type. */
#ifndef __EPAN_SEQUENCE_ANALYSIS_H__
#define NP_FLOW_NODES 40

typedef struct _seq_analysis_item {
    uint32_t frame_number;
    address src_addr;
    uint16_t port_src;
    address dst_addr;
    uint16_t port_dst;
    char *frame_label;
    char *time_str;
    char *comment;
    uint16_t conv_num;
    unsigned fg_color;
    unsigned bg_color;
    np_bool_t has_color_filter;
    np_bool_t display;
    unsigned src_node;
    unsigned dst_node;
    uint16_t line_style;
    uint32_t info_type;
    void *info_ptr;
} seq_analysis_item_t;

typedef struct _seq_analysis_info {
    const char *name;
    np_bool_t any_addr;
    int nconv;
    GQueue *items;
    GHashTable *ht;
    address nodes[NP_FLOW_NODES];
    uint32_t num_nodes;
} seq_analysis_info_t;

WS_DLL_PUBLIC void register_seq_analysis(const char *name, const char *ui_name, int proto_id, const char *tap_listener,
                                         unsigned tap_flags, tap_packet_cb tap_func);
WS_DLL_PUBLIC seq_analysis_item_t *sequence_analysis_create_sai_with_addresses(packet_info *pinfo,
                                                                               seq_analysis_info_t *sainfo);
#endif

/* 4.0 lacks wsutil/plugins.h, and does not call plugin_describe(). */
#ifdef NP_API_PLUGIN_FLAGS
#include <wsutil/plugins.h>
#define NP_PLUGIN_DISSECTOR WS_PLUGIN_DESC_DISSECTOR
#else
#define NP_PLUGIN_DISSECTOR 0
#endif

/* struct tcp_analysis.conversation_completeness; private to packet-tcp.c */
#define NP_TCP_SEEN_SYN 0x01
#define NP_TCP_SEEN_SYN_ACK 0x02
#define NP_TCP_SEEN_ACK 0x04
#define NP_TCP_SEEN_DATA 0x08
#define NP_TCP_SEEN_FIN 0x10
#define NP_TCP_SEEN_RST 0x20

#endif /* NP_COMPAT_H */
